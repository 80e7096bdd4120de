export * from './checksum/index.ts'
export * from './compression/index.ts'
export * from './records/index.ts'
