/**
 * Kafka's wire protocol as data: messages, record batches, compression, errors. Pure: no time,
 * chance, disk or network.
 */
export * from './bytes/index.ts'
export * from './checksum/index.ts'
export * from './compression/index.ts'
export * from './errors.ts'
export * from './hash/index.ts'
export * from './messages/index.ts'
export * from './protocol-error.ts'
export * from './records/index.ts'
export * from './schema/index.ts'
export * from './uuid.ts'
