/**
 * CRC-32C (Castagnoli), the checksum of record batches of magic 2.
 *
 * Invariant: the checksum of bytes does not depend on how they are cut into chunks.
 */

import { crc32c as nativeCrc32c } from '@node-rs/crc32'
import { Crc32cFolding, MAX_FOLDED_BYTES, MIN_FOLDED_BYTES } from './crc32c-folding.ts'

/** Made when it is first needed; `undefined` where it cannot be made, which costs time only. */
let folding: Crc32cFolding | undefined
let isFoldingMade = false

/** The CRC-32C of `bytes`, going on from `initial` (the checksum of the bytes before). */
export function crc32c(bytes: Uint8Array, initial = 0): number {
  if (bytes.length < MIN_FOLDED_BYTES) return nativeCrc32c(bytes, initial)
  if (!isFoldingMade) makeFolding()
  if (folding === undefined) return nativeCrc32c(bytes, initial)
  if (bytes.length <= MAX_FOLDED_BYTES) return folded(folding, bytes, initial)
  let checksum = initial
  for (let start = 0; start < bytes.length; start += MAX_FOLDED_BYTES) {
    const piece = bytes.subarray(start, start + MAX_FOLDED_BYTES)
    if (piece.length < MIN_FOLDED_BYTES) checksum = nativeCrc32c(piece, checksum)
    else checksum = folded(folding, piece, checksum)
  }
  return checksum
}

/** The CRC-32C of `bytes` from `start` up to `end`, going on from `initial`. */
export function crc32cRange(bytes: Buffer, start: number, end: number, initial = 0): number {
  return crc32c(bytes.subarray(start, end), initial)
}

/** The CRC-32C of all chunks together, which are never joined. */
export function crc32cOfChunks(chunks: readonly Uint8Array[], initial = 0): number {
  let checksum = initial
  for (const chunk of chunks) checksum = crc32c(chunk, checksum)
  return checksum
}

/** The library's empty register is the complement of its `initial`. */
const EMPTY_REGISTER = 0xffffffff

function folded(by: Crc32cFolding, bytes: Uint8Array, initial: number): number {
  return nativeCrc32c(by.fold(bytes, initial), EMPTY_REGISTER)
}

function makeFolding(): void {
  isFoldingMade = true
  try {
    folding = new Crc32cFolding()
  } catch {
    // Without vectors, or where code may not be made at run time, the library does it all.
  }
}
