// The topics of the applied view, put together from their nodes. A topic is there when its own node and all of its shards
// are: whatever order they are read in, nobody sees half a topic.

import type { Node } from '@samsa/coordination'
import type { PartitionImage, TopicImage } from './metadata-view.ts'
import { shardSize } from './paths.ts'
import { type PartitionState, parseShard, parseTopic, type TopicNode } from './topic-nodes.ts'

/** A partition with all that is stored of it. */
export type AppliedPartition = PartitionImage & PartitionState

/** A topic with what its writer needs. */
export interface AppliedTopic extends TopicImage {
  readonly partitions: readonly AppliedPartition[]
  /** Versions of the shard nodes, in order. */
  readonly shardVersions: readonly number[]
}

interface Shard {
  readonly version: number
  readonly partitions: readonly AppliedPartition[]
}

interface TopicParts {
  topic: TopicNode | undefined
  readonly shards: (Shard | undefined)[]
}

/** All topics, by name and by id. */
export class TopicTable {
  readonly #parts = new Map<string, TopicParts>()
  readonly #byId = new Map<string, AppliedTopic>()
  readonly #byName = new Map<string, AppliedTopic>()
  /** Ids of topics of which a node changed since `rebuild`. */
  #touched = new Set<string>()

  get(name: string): AppliedTopic | undefined {
    return this.#byName.get(name)
  }

  getById(topicId: string): AppliedTopic | undefined {
    return this.#byId.get(topicId)
  }

  all(): Iterable<AppliedTopic> {
    return this.#byId.values()
  }

  get size(): number {
    return this.#byId.size
  }

  /** Takes the node /topics/<topicId>, or its absence. */
  putTopic(topicId: string, path: string, node: Node | undefined): void {
    const topic = node === undefined ? undefined : parseTopic(path, node.data)
    this.#partsOf(topicId).topic = topic
    this.#touched.add(topicId)
  }

  /** Takes the node /topics/<topicId>/s<shard>, or its absence. */
  putShard(topicId: string, shard: number, path: string, node: Node | undefined): void {
    const { shards } = this.#partsOf(topicId)
    shards[shard] =
      node === undefined
        ? undefined
        : { version: node.stat.version, partitions: parseShard(path, node.data, shard * shardSize) }
    this.#touched.add(topicId)
  }

  /** Carries out what was put. Returns the ids of the topics that changed, or came, or went. */
  rebuild(): Set<string> {
    const changed = new Set<string>()
    const touched = this.#touched
    this.#touched = new Set()
    const built = new Map<string, AppliedTopic>()
    for (const topicId of touched) {
      const before = this.#byId.get(topicId)
      const topic = this.#build(topicId, before)
      if (topic === before) continue
      changed.add(topicId)
      if (topic !== undefined) built.set(topicId, topic)
      this.#byId.delete(topicId)
      // A topic may have been deleted and created again under its name at once: what goes, goes first.
      if (before !== undefined && this.#byName.get(before.name) === before) {
        this.#byName.delete(before.name)
      }
      const parts = this.#parts.get(topicId)
      if (parts?.topic === undefined && parts?.shards.every((shard) => shard === undefined)) {
        this.#parts.delete(topicId)
      }
    }
    for (const [topicId, topic] of built) {
      this.#byId.set(topicId, topic)
      this.#byName.set(topic.name, topic)
    }
    return changed
  }

  #partsOf(topicId: string): TopicParts {
    let parts = this.#parts.get(topicId)
    if (parts === undefined) {
      parts = { topic: undefined, shards: [] }
      this.#parts.set(topicId, parts)
    }
    return parts
  }

  /** Nodes are read in batches: while they do not fit together, the topic stays as it was. */
  #build(topicId: string, before: AppliedTopic | undefined): AppliedTopic | undefined {
    const parts = this.#parts.get(topicId)
    if (parts?.topic === undefined) return undefined
    const { name, partitionCount } = parts.topic
    const partitions: AppliedPartition[] = []
    const shardVersions: number[] = []
    for (let shard = 0; shard * shardSize < partitionCount; shard++) {
      const stored = parts.shards[shard]
      if (stored === undefined) return before
      shardVersions.push(stored.version)
      for (const partition of stored.partitions) {
        const old = before?.partitions[partition.partition]
        // The partition epoch is raised by every change of the state; what did not change stays the same object.
        partitions.push(old?.partitionEpoch === partition.partitionEpoch ? old : partition)
      }
    }
    if (partitions.length !== partitionCount) return before
    return { name, topicId, partitions, shardVersions }
  }
}
