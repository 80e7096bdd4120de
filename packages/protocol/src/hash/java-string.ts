/**
 * Java's hash of strings, by which coordinators are found: the group id places a group in
 * `__consumer_offsets`, the transactional id a transaction in `__transaction_state`.
 */

/** Java's `String.hashCode`: over UTF-16 units, as a signed int32. */
export function javaHashCode(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

/** The partition of a coordinator's topic that this group or transactional id belongs to. */
export function coordinatorPartition(id: string, partitionCount: number): number {
  const hash = javaHashCode(id)
  // Kafka takes the absolute value of −2^31, which int32 does not have, for 0.
  return hash === -0x80000000 ? 0 : Math.abs(hash) % partitionCount
}
