/**
 * Compresses the records of a batch. The result is what Kafka's own clients accept.
 */

import type { CompressionCodec } from './codec.ts'
import { zlib } from './libraries.ts'
import { compressLz4 } from './lz4.ts'
import { compressSnappy } from './snappy.ts'

/**
 * Compresses `bytes`. `level` is the codec's own (gzip 1-9, zstd −131072-22); snappy and lz4 have
 * none here and ignore it. For `none` the bytes themselves are the answer.
 */
export function compress(codec: CompressionCodec, bytes: Buffer, level?: number): Buffer {
  switch (codec) {
    case 'none':
      return bytes
    case 'gzip':
      return zlib().gzipSync(bytes, level === undefined ? {} : { level })
    case 'snappy':
      return compressSnappy(bytes)
    case 'lz4':
      return compressLz4(bytes)
    case 'zstd': {
      const { constants, zstdCompressSync } = zlib()
      const params = level === undefined ? {} : { [constants.ZSTD_c_compressionLevel]: level }
      return zstdCompressSync(bytes, { params })
    }
  }
}
