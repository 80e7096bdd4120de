// A set of partitions, by topic. Sets are values: adding makes a new one, so that an earlier state of a transaction can
// be taken up again.

/** Partitions by topic; no topic without partitions. */
export type TopicPartitions = ReadonlyMap<string, ReadonlySet<number>>

/** One partition of a topic. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** No partitions. */
export const noPartitions: TopicPartitions = new Map()

/** Partitions listed by topic; a topic may be named twice. */
export function topicPartitions(
  topics: Iterable<readonly [topic: string, partitions: Iterable<number>]>,
): TopicPartitions {
  const set = new Map<string, Set<number>>()
  for (const [topic, partitions] of topics) {
    const known = set.get(topic) ?? new Set()
    for (const partition of partitions) known.add(partition)
    if (known.size > 0) set.set(topic, known)
  }
  return set
}

/** The partitions of both. */
export function union(a: TopicPartitions, b: TopicPartitions): TopicPartitions {
  const all = new Map(a)
  for (const [topic, partitions] of b) {
    const known = all.get(topic)
    all.set(topic, known === undefined ? partitions : new Set([...known, ...partitions]))
  }
  return all
}

/** Whether `set` has every one of `parts`. */
export function includesAll(set: TopicPartitions, parts: TopicPartitions): boolean {
  for (const [topic, partitions] of parts) {
    const known = set.get(topic)
    if (known === undefined) return false
    for (const partition of partitions) if (!known.has(partition)) return false
  }
  return true
}

/** One after the other. */
export function* eachPartition(set: TopicPartitions): Iterable<TopicPartition> {
  for (const [topic, partitions] of set) {
    for (const partition of partitions) yield { topic, partition }
  }
}
