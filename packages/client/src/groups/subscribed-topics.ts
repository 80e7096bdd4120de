// What a member subscribes to: names, or a pattern that topics match, looked up again from time to time.
//
// Invariant: the brokers' own topics never match a pattern.

import { errorName, Metadata } from '@samsa/protocol'
import type { Cluster, Patience } from '../cluster/cluster.ts'
import type { TopicRacks } from './assignors/assignor.ts'

/** Names or a pattern. */
export type TopicChoice = readonly string[] | RegExp

/** The topics of a subscription. */
export class SubscribedTopics {
  readonly #cluster: Cluster
  #choice: TopicChoice

  constructor(cluster: Cluster, choice: TopicChoice) {
    this.#cluster = cluster
    this.#choice = choice
  }

  get choice(): TopicChoice {
    return this.#choice
  }

  set choice(choice: TopicChoice) {
    this.#choice = choice
  }

  /** The names, sorted; asked of a broker for a pattern. */
  async names(patience: Patience): Promise<string[]> {
    const choice = this.#choice
    if (!(choice instanceof RegExp)) return [...choice].sort()
    const answer = await this.#cluster.askAny(Metadata, { topics: null }, patience)
    // A pattern with the flag g or y would begin where its last match ended.
    const pattern = new RegExp(choice.source, choice.flags.replace(/[gy]/g, ''))
    return answer.topics
      .filter(({ isInternal, errorCode }) => !isInternal && errorName(errorCode) === 'NONE')
      .flatMap(({ name }) => (name !== null && pattern.test(name) ? [name] : []))
      .sort()
  }
}

/** Asks for the partitions of these topics, and the racks of their replicas. Topics that do not exist are left out. */
export async function describeTopics(
  cluster: Cluster,
  names: readonly string[],
  patience: Patience,
): Promise<TopicRacks> {
  if (names.length === 0) return new Map()
  const topics = names.map((name) => ({ name }))
  const request = { topics, allowAutoTopicCreation: patience.mayCreateTopics !== false }
  const answer = await cluster.askAny(Metadata, request, patience)
  const rackOf = new Map(answer.brokers.map(({ nodeId, rack }) => [nodeId, rack ?? undefined]))
  const described = new Map<string, readonly (readonly string[])[]>()
  for (const { name, errorCode, partitions } of answer.topics) {
    if (name === null || errorCode !== 0) continue
    const racks = [...partitions]
      .sort((a, b) => a.partitionIndex - b.partitionIndex)
      .map(({ replicaNodes }) => {
        const some = replicaNodes.flatMap((nodeId) => rackOf.get(nodeId) ?? [])
        return [...new Set(some)]
      })
    described.set(name, racks)
  }
  return described
}
