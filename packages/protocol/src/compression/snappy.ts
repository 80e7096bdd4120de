/**
 * Snappy as Kafka uses it: blocks in the framing of the xerial library.
 *
 *   position  bytes  field
 *          0      8  82 'SNAPPY' 00
 *          8      4  version 1
 *         12      4  least compatible version 1
 *         16      4  length of a block, big-endian, then the block; and so on to the end
 *
 * A block begins with the length of its plain bytes as an unsigned varint. Some clients send one
 * bare block without the framing, which is read too.
 *
 * Invariant: each block written has at most 32 KiB of plain bytes, as xerial's writer makes them.
 */

import { snappy } from './libraries.ts'

const XERIAL_HEADER = Buffer.from('82534e41505059000000000100000001', 'hex')
const XERIAL_MAGIC_BYTES = 8
const BLOCK_BYTES = 32768

/** Compresses `bytes` into snappy blocks in xerial's framing. */
export function compressSnappy(bytes: Buffer): Buffer {
  const parts: Buffer[] = [XERIAL_HEADER]
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const block = snappy().compressSync(bytes.subarray(at, at + BLOCK_BYTES))
    const length = Buffer.allocUnsafe(4)
    length.writeInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

/** The plain bytes, or `undefined` if there are more than `maxBytes`. Throws if damaged. */
export function decompressSnappy(bytes: Buffer, maxBytes: number): Buffer | undefined {
  const framed =
    bytes.length >= XERIAL_HEADER.length &&
    bytes.compare(XERIAL_HEADER, 0, XERIAL_MAGIC_BYTES, 0, XERIAL_MAGIC_BYTES) === 0
  if (!framed) {
    if (plainBytesOf(bytes) > maxBytes) return undefined
    return uncompressBlock(bytes)
  }
  const blocks: Buffer[] = []
  let plainBytes = 0
  let at = XERIAL_HEADER.length
  while (at < bytes.length) {
    if (bytes.length - at < 4) throw new RangeError('a block length is cut off')
    const end = at + 4 + bytes.readInt32BE(at)
    if (end <= at + 4 || end > bytes.length)
      throw new RangeError('a block has an impossible length')
    const block = bytes.subarray(at + 4, end)
    plainBytes += plainBytesOf(block)
    if (plainBytes > maxBytes) return undefined
    blocks.push(uncompressBlock(block))
    at = end
  }
  const [only] = blocks
  return blocks.length === 1 && only !== undefined ? only : Buffer.concat(blocks)
}

/** The most plain bytes that a compressed byte can stand for: a copy of 64 in two bytes of tag. */
const MAX_RATIO = 64

/** What a block says of its plain length; a length that its bytes cannot hold is damage. */
function plainBytesOf(block: Buffer): number {
  let length = 0
  let scale = 1
  for (let i = 0; i < 5; i++) {
    const byte = block[i]
    if (byte === undefined) break
    length += (byte & 0x7f) * scale
    if (byte < 0x80) {
      if (length > block.length * MAX_RATIO) throw new RangeError('a block claims too many bytes')
      return length
    }
    scale *= 128
  }
  throw new RangeError('a block has no length')
}

function uncompressBlock(block: Buffer): Buffer {
  const plain = snappy().uncompressSync(block)
  return typeof plain === 'string' ? Buffer.from(plain) : plain
}
