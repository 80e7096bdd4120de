/** Kafka's primitive types in buffers. */
export { ByteReader } from './reader.ts'
export { ByteWriter } from './writer.ts'
