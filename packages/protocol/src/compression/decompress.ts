/**
 * Decompresses the records of a batch, whoever compressed them.
 *
 * Invariant: the result never has more than `maxBytes`, and memory for more is never asked for, so
 * a small batch that would unpack to gigabytes is refused before it hurts. Bytes that are not what
 * the codec says are an error value: they came from a peer or a disk.
 */

import type { CompressionCodec } from './codec.ts'
import { zlib } from './libraries.ts'
import { decompressLz4 } from './lz4.ts'
import { decompressSnappy } from './snappy.ts'

/** Why bytes could not be decompressed. */
export interface DecompressionFault {
  /** `damaged`: not what the codec says. `too-large`: would have more than the bytes allowed. */
  readonly kind: 'damaged' | 'too-large'
  /** A sentence for people. */
  readonly message: string
}

/** Decompresses `bytes` to at most `maxBytes`. For `none` the bytes themselves are the answer. */
export function decompress(
  codec: CompressionCodec,
  bytes: Buffer,
  maxBytes: number,
): Buffer | DecompressionFault {
  try {
    const plain = decompressUnguarded(codec, bytes, maxBytes)
    return plain ?? tooLarge(codec, maxBytes)
  } catch (error) {
    if (isTooLarge(error)) return tooLarge(codec, maxBytes)
    const reason = error instanceof Error ? error.message : String(error)
    return { kind: 'damaged', message: `The ${codec} data is damaged: ${reason}.` }
  }
}

/** `undefined`: the result would be larger than allowed. The codecs' libraries throw at damage. */
function decompressUnguarded(
  codec: CompressionCodec,
  bytes: Buffer,
  maxBytes: number,
): Buffer | undefined {
  switch (codec) {
    case 'none':
      return bytes.length > maxBytes ? undefined : bytes
    case 'gzip':
      return zlib().gunzipSync(bytes, { maxOutputLength: Math.max(maxBytes, 1) })
    case 'snappy':
      return decompressSnappy(bytes, maxBytes)
    case 'lz4':
      return decompressLz4(bytes, maxBytes)
    case 'zstd':
      return zlib().zstdDecompressSync(bytes, { maxOutputLength: Math.max(maxBytes, 1) })
  }
}

function tooLarge(codec: CompressionCodec, maxBytes: number): DecompressionFault {
  const message = `The ${codec} data would take more than the ${maxBytes} bytes allowed.`
  return { kind: 'too-large', message }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}
