export { codecId, codecOf } from './codec.ts'
export type { CompressionCodec } from './codec.ts'
