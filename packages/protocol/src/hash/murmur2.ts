/**
 * The 32-bit murmur2 that Java's producer places keys with.
 *
 * Invariant: the same key goes to the same partition as with every other Kafka client that uses
 * Java's default partitioner.
 */

const SEED = 0x9747b28c
const MULTIPLIER = 0x5bd1e995

/** Murmur2 of `bytes` with Kafka's seed, as a signed int32. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length
  const wholeWords = length & ~3
  let hash = SEED ^ length
  for (let at = 0; at < wholeWords; at += 4) {
    const word =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)
    const mixed = Math.imul(word, MULTIPLIER)
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(mixed ^ (mixed >>> 24), MULTIPLIER)
  }
  const tailBytes = length - wholeWords
  if (tailBytes > 0) {
    if (tailBytes === 3) hash ^= (bytes[wholeWords + 2] as number) << 16
    if (tailBytes >= 2) hash ^= (bytes[wholeWords + 1] as number) << 8
    hash = Math.imul(hash ^ (bytes[wholeWords] as number), MULTIPLIER)
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER)
  return hash ^ (hash >>> 15)
}

/** The partition that Java's default partitioner puts a record with this key into. */
export function partitionOfKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount
}
