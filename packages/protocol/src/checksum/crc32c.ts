/**
 * CRC-32C (Castagnoli), the checksum of record batches of magic 2.
 *
 * Invariant: the checksum of bytes does not depend on how they are cut into chunks.
 */

import { crc32c as nativeCrc32c } from '@node-rs/crc32'

/** The CRC-32C of `bytes`, going on from `initial` (the checksum of the bytes before). */
export function crc32c(bytes: Uint8Array, initial = 0): number {
  return nativeCrc32c(bytes, initial)
}

/** The CRC-32C of `bytes` from `start` up to `end`, going on from `initial`. */
export function crc32cRange(bytes: Buffer, start: number, end: number, initial = 0): number {
  return nativeCrc32c(bytes.subarray(start, end), initial)
}

/** The CRC-32C of all chunks together, which are never joined. */
export function crc32cOfChunks(chunks: readonly Uint8Array[], initial = 0): number {
  let checksum = initial
  for (const chunk of chunks) checksum = nativeCrc32c(chunk, checksum)
  return checksum
}
