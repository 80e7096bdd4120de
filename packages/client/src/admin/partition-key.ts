// Partitions as keys of results, and as requests and answers group them: by topic.

/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** `topic-partition`, as Kafka's tools and directories write it. */
export type PartitionKey = `${string}-${number}`

/** The key of a partition in results. */
export function partitionKey({ topic, partition }: TopicPartition): PartitionKey {
  return `${topic}-${partition}`
}

/** Partitions by topic, in the order in which the topics first occur. */
export function byTopic<Item extends TopicPartition>(
  items: readonly Item[],
): { readonly topic: string; readonly items: Item[] }[] {
  const topics = new Map<string, Item[]>()
  for (const item of items) {
    const known = topics.get(item.topic)
    if (known === undefined) topics.set(item.topic, [item])
    else known.push(item)
  }
  return [...topics].map(([topic, items]) => ({ topic, items }))
}
