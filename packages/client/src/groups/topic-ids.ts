// Names of topic ids: a KIP-848 group speaks of topics by their ids, programs by their names.

import { Metadata, type Uuid } from '@samsa/protocol'
import type { Cluster, Patience } from '../cluster/cluster.ts'
import type { PartitionName } from '../consumer/offset-lookup.ts'

/** Partitions of topics by id. */
export interface TopicIdPartitions {
  readonly topicId: Uuid
  readonly partitions: readonly number[]
}

/** What one member has heard of. */
export class TopicIds {
  readonly #cluster: Cluster
  readonly #names = new Map<Uuid, string>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Partitions by name; those of topics that no broker knows yet are left out, and `isWhole` is false. */
  async toNames(
    assignment: readonly TopicIdPartitions[],
    patience: Patience,
  ): Promise<{ readonly partitions: PartitionName[]; readonly isWhole: boolean }> {
    const unknown = assignment.filter(({ topicId }) => this.#nameOf(topicId) === undefined)
    if (unknown.length > 0) await this.#ask(unknown, patience)
    const partitions: PartitionName[] = []
    let isWhole = true
    for (const { topicId, partitions: list } of assignment) {
      const topic = this.#nameOf(topicId)
      if (topic === undefined) isWhole = false
      else partitions.push(...list.map((partition) => ({ topic, partition })))
    }
    return { partitions, isWhole }
  }

  /** The way back; only for what `toNames` has given. */
  toIds(partitions: readonly PartitionName[]): TopicIdPartitions[] {
    const ids = new Map([...this.#names].map(([topicId, name]) => [name, topicId]))
    return [...Map.groupBy(partitions, ({ topic }) => topic)].flatMap(([topic, some]) => {
      const topicId = ids.get(topic)
      const list = some.map(({ partition }) => partition).sort((a, b) => a - b)
      return topicId === undefined ? [] : [{ topicId, partitions: list }]
    })
  }

  #nameOf(topicId: Uuid): string | undefined {
    return this.#names.get(topicId)
  }

  async #ask(topics: readonly TopicIdPartitions[], patience: Patience): Promise<void> {
    const request = {
      topics: topics.map(({ topicId }) => ({ topicId, name: null })),
      allowAutoTopicCreation: false,
    }
    const answer = await this.#cluster.askAny(Metadata, request, patience)
    for (const { topicId, name, errorCode } of answer.topics) {
      if (name === null || errorCode !== 0) continue
      // A topic created anew has another id; the old one is of no more use.
      for (const [id, known] of this.#names) if (known === name) this.#names.delete(id)
      this.#names.set(topicId, name)
    }
  }
}
