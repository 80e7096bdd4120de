/**
 * Damages bytes in the ways that find bugs in decoders: lengths that lie, cuts, repeats, and
 * plain noise.
 */

import type { Random } from './random.ts'

const NOISE_BYTES = 256
const EDGES = [0, 1, 0x7f, 0x80, 0xfe, 0xff]
const LENGTHS = [-1, -2, 0x7fffffff, -0x80000000, 0x10000, 0x7fff, 0xffffff, 2 ** 28]

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer

const mutations: readonly Mutation[] = [
  (bytes, random) => {
    bytes[random.below(bytes.length)] = random.below(256)
    return bytes
  },
  (bytes, random) => {
    bytes[random.below(bytes.length)] = random.pick(EDGES)
    return bytes
  },
  (bytes, random) => {
    bytes[random.below(bytes.length)]! ^= 1 << random.below(8)
    return bytes
  },
  (bytes, random) => {
    if (bytes.length >= 4) bytes.writeInt32BE(random.pick(LENGTHS), random.below(bytes.length - 3))
    return bytes
  },
  // A varint of the largest length, where one byte stood.
  (bytes, random) => {
    const at = random.below(bytes.length)
    const varint = Buffer.from([0xff, 0xff, 0xff, 0xff, random.pick([0x0f, 0x7f, 0xff])])
    return Buffer.concat([bytes.subarray(0, at), varint, bytes.subarray(at + 1)])
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => {
    const at = random.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(random.below(bytes.length))])
  },
  (bytes, random, other) => {
    const tail = other.subarray(random.below(other.length + 1))
    return Buffer.concat([bytes.subarray(0, random.below(bytes.length)), tail])
  },
  (bytes, random) => Buffer.concat([bytes, noise(random)]),
]

/** New bytes: noise, or a damaged copy of a seed with pieces of another one. */
export function mutate(seed: Buffer, other: Buffer, random: Random): Buffer {
  if (seed.length === 0 || random.below(16) === 0) return noise(random)
  let bytes: Buffer = Buffer.from(seed)
  for (let count = 1 + random.below(4); count > 0 && bytes.length > 0; count--) {
    bytes = random.pick(mutations)(bytes, random, other)
  }
  return bytes
}

/** Bytes of chance; small ones are commoner, for they make plausible lengths. */
function noise(random: Random): Buffer {
  const bytes = Buffer.alloc(random.below(NOISE_BYTES))
  for (let i = 0; i < bytes.length; i++) bytes[i] = random.below(random.below(2) === 0 ? 4 : 256)
  return bytes
}
