export { buildReport, type ReportInput, type ReportSource, type ReturnedBlob } from './build.ts';
export { getReport, getReportHtml } from './get.ts';
