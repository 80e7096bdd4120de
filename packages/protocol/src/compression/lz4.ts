/**
 * LZ4 frames, as Kafka's clients write and read them.
 *
 *   position  bytes  field
 *          0      4  magic 04 22 4d 18
 *          4      1  flags: version (2 bits, 1), independent blocks, block checksums, content size,
 *                    content checksum, reserved, dictionary id
 *          5      1  block size: bits 4-6, 4 = 64 KiB, 5 = 256 KiB, 6 = 1 MiB, 7 = 4 MiB
 *          6      8  content size, if flagged
 *          …      1  header checksum: second byte of the XXH32 of flags to here
 *          …      4  length of a block, little-endian; the highest bit says that it is not
 *                    compressed; 0 ends the frame; then the block, then its checksum if flagged
 *
 * Producers of magic 0 compute the header checksum over the magic as well (KAFKA-3160); the frame
 * is then the same but for that byte.
 *
 * Invariant: what a frame can unpack to is bounded from its block headers before it is unpacked.
 */

import { lz4 } from './libraries.ts'
import { xxh32 } from './xxh32.ts'

const FRAME_MAGIC = 0x184d2204
const FLAGS = 4
const BLOCK_SIZE = 5
const BLOCK_CHECKSUM_FLAG = 1 << 4
const CONTENT_SIZE_FLAG = 1 << 3
const UNCOMPRESSED_BLOCK = 0x80000000

/** A match of any length takes a byte for each 255 bytes: LZ4 cannot do better than this. */
const MAX_RATIO = 255

/** Compresses `bytes` into one frame of independent blocks without checksums, as Java does. */
export function compressLz4(bytes: Buffer): Buffer {
  return lz4().compressFrameSync(bytes)
}

/** The plain bytes, or `undefined` if there could be more than `maxBytes`. Throws if damaged. */
export function decompressLz4(bytes: Buffer, maxBytes: number): Buffer | undefined {
  if (bytes.length < 7 || bytes.readUInt32LE(0) !== FRAME_MAGIC) {
    throw new RangeError('it is not an LZ4 frame')
  }
  if (plainBytesBound(bytes, maxBytes) > maxBytes) return undefined
  const plain = lz4().decompressFrameSync(bytes)
  return plain.length > maxBytes ? undefined : plain
}

/** The same frame with the right header checksum, which magic 0's producers get wrong; a copy. */
export function repairLz4Header(bytes: Buffer): Buffer {
  const repaired = Buffer.from(bytes)
  const checksumAt = headerEnd(bytes) - 1
  if (checksumAt < repaired.length) {
    repaired[checksumAt] = (xxh32(bytes.subarray(FLAGS, checksumAt)) >>> 8) & 0xff
  }
  return repaired
}

function headerEnd(bytes: Buffer): number {
  return ((bytes[FLAGS] ?? 0) & CONTENT_SIZE_FLAG) === 0 ? 7 : 15
}

/**
 * No less than the frame unpacks to. Blocks count at their largest at first; only when that is too
 * much are the blocks looked into, which gives the very number.
 */
function plainBytesBound(bytes: Buffer, maxBytes: number): number {
  const coarse = sumOfBlocks(bytes, (start, end, blockBytes) =>
    Math.min(blockBytes, (end - start) * MAX_RATIO),
  )
  if (coarse <= maxBytes) return coarse
  return sumOfBlocks(bytes, (start, end) => plainBytesOfBlock(bytes, start, end))
}

function sumOfBlocks(
  bytes: Buffer,
  plainBytesOf: (start: number, end: number, blockBytes: number) => number,
): number {
  const checksumBytes = ((bytes[FLAGS] ?? 0) & BLOCK_CHECKSUM_FLAG) === 0 ? 0 : 4
  const blockBytes = 1 << (8 + 2 * (((bytes[BLOCK_SIZE] ?? 0) >> 4) & 7))
  let sum = 0
  let at = headerEnd(bytes)
  while (at + 4 <= bytes.length) {
    const word = bytes.readUInt32LE(at)
    if (word === 0) {
      if (bytes.length - at > 8) throw new RangeError('bytes follow the end of the frame')
      break
    }
    const length = word % UNCOMPRESSED_BLOCK
    const end = at + 4 + length
    if (end > bytes.length) throw new RangeError('a block is cut off')
    sum += word >= UNCOMPRESSED_BLOCK ? length : plainBytesOf(at + 4, end, blockBytes)
    at = end + checksumBytes
  }
  return sum
}

/** Adds up the literals and matches of one block without producing them. */
function plainBytesOfBlock(bytes: Buffer, start: number, end: number): number {
  let sum = 0
  let at = start
  const extend = (nibble: number): number => {
    let length = nibble
    if (nibble === 15) {
      let byte = 255
      while (byte === 255 && at < end) {
        byte = bytes[at++] ?? 0
        length += byte
      }
    }
    return length
  }
  while (at < end) {
    const token = bytes[at++] ?? 0
    const literals = extend(token >> 4)
    sum += literals
    at += literals
    if (at >= end) break
    at += 2
    sum += extend(token & 15) + 4
  }
  return sum
}
