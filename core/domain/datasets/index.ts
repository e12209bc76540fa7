export { type DerivedDataset, receiveDerived } from './derive.ts';
export {
  type DatasetContent,
  type DatasetForm,
  getDataset,
  listDatasets,
  type PageRequest,
  readDataset,
  requireDataset,
} from './get.ts';
export { getLineage, listDescendants } from './lineage.ts';
export { acceptedMediaTypes, profileTool, type ReceiveRequest, receiveDataset } from './receive.ts';
export { type Settlement, settleDataset } from './settle.ts';
export { cipherOf, type DatasetRow, openProfile, profileContext, reasonsContext } from './view.ts';
export type { DatasetState, DatasetSummary, DatasetView, LineageStep, LineageView } from './views.ts';
