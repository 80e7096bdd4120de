// The machine's randomness, drawn from the operating system in pools: one system call feeds hundreds of numbers.

import { randomBytes, randomFillSync } from 'node:crypto'
import type { Random } from '../random.ts'

const pool = Buffer.allocUnsafe(4096)
let position = pool.length

/** Where `length` unused bytes of the pool begin. */
function take(length: number): number {
  if (position + length > pool.length) {
    randomFillSync(pool)
    position = 0
  }
  position += length
  return position - length
}

function uint32(): number {
  return pool.readUInt32LE(take(4))
}

/** Cryptographically strong random values. */
export const nodeRandom: Random = {
  uint32,
  below: (bound) => {
    // Values of the last, incomplete run of `bound` would make the small results more likely.
    const limit = 2 ** 32 - (2 ** 32 % bound)
    let value = uint32()
    while (value >= limit) value = uint32()
    return value % bound
  },
  fraction: () => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53,
  bytes: (length) => {
    if (length > 256) return randomBytes(length)
    const start = take(length)
    return Buffer.from(pool.subarray(start, start + length))
  },
}
