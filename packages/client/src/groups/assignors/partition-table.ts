// One object for each partition of an assignment, so that maps and sets can hold partitions by identity.

import type { PartitionName } from '../../consumer/offset-lookup.ts'
import type { TopicRacks } from './assignor.ts'

/** The partitions of the topics that exist. */
export class PartitionTable {
  readonly #topics: ReadonlyMap<string, readonly PartitionName[]>

  constructor(topics: TopicRacks) {
    this.#topics = new Map(
      [...topics].map(([topic, racks]) => [
        topic,
        racks.map((_, partition): PartitionName => ({ topic, partition })),
      ]),
    )
  }

  /** Names of all topics. */
  get topics(): string[] {
    return [...this.#topics.keys()]
  }

  /** The one object of this partition; undefined where it does not exist. */
  find({ topic, partition }: PartitionName): PartitionName | undefined {
    return this.#topics.get(topic)?.[partition]
  }

  /** Empty for a topic that does not exist. */
  of(topic: string): readonly PartitionName[] {
    return this.#topics.get(topic) ?? []
  }

  has(topic: string): boolean {
    return this.#topics.has(topic)
  }

  /** All partitions, topic by topic in the order given. */
  all(topics: readonly string[] = this.topics): PartitionName[] {
    return topics.flatMap((topic) => this.of(topic))
  }
}
