export { describePlugin, type Packed, packageName, packPlugin } from './pack.ts';
export { type Unpacked, unpackPackage, writeContents } from './unpack.ts';
