/**
 * Snappy as Kafka uses it: blocks in the framing of the xerial library.
 *
 *   position  bytes  field
 *          0      8  82 'SNAPPY' 00
 *          8      4  version 1
 *         12      4  least compatible version 1
 *         16      4  length of a block, big-endian, then the block; and so on to the end
 *
 * Invariant: each block has at most 32 KiB of plain bytes, as xerial's writer makes them.
 */

import { compressSync } from 'snappy'

const XERIAL_HEADER = Buffer.from('82534e41505059000000000100000001', 'hex')
const BLOCK_BYTES = 32768

/** Compresses `bytes` into snappy blocks in xerial's framing. */
export function compressSnappy(bytes: Buffer): Buffer {
  const parts: Buffer[] = [XERIAL_HEADER]
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const block = compressSync(bytes.subarray(at, at + BLOCK_BYTES))
    const length = Buffer.allocUnsafe(4)
    length.writeInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}
