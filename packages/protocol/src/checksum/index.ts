export { crc32c, crc32cOfChunks, crc32cRange } from './crc32c.ts'
