// What one batch of commands makes of the topics: reads go through to the applied view, changes are gathered and become the
// operations of one transaction. Nothing of it is seen by anybody before that transaction is committed and applied.

import type { Operation } from '@samsa/coordination'
import { assert } from '@samsa/world'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import { type BrokerMetaNode, formatBrokerMeta } from '../metadata/broker-nodes.ts'
import { formatConfigs } from '../metadata/cluster-nodes.ts'
import {
  brokerMetaPath,
  configPath,
  deletedPath,
  namePath,
  shardPath,
  shardSize,
  topicPath,
} from '../metadata/paths.ts'
import {
  formatDeletedTopic,
  formatShard,
  formatTopic,
  type PartitionState,
} from '../metadata/topic-nodes.ts'
import { collisionKey } from './topic-names.ts'

/** A topic as a command sees it. */
export interface DraftTopic {
  readonly name: string
  readonly topicId: string
  readonly partitions: readonly PartitionState[]
}

const noConfigs: ReadonlyMap<string, string> = new Map()

interface Change {
  readonly topic: DraftTopic
  readonly kind: 'created' | 'changed' | 'deleted'
  readonly configs: ReadonlyMap<string, string>
}

/** The topics with the changes of this batch. */
export class MetadataDraft {
  readonly #metadata: AppliedMetadata
  readonly #nowMs: number
  /** By topic id. */
  readonly #changes = new Map<string, Change>()
  /** Ids of topics this batch creates, by name. */
  readonly #created = new Map<string, string>()
  readonly #settled = new Map<number, BrokerMetaNode>()
  readonly #forgotten = new Set<string>()
  /** Operations that the changes of topics take. */
  #size = 0

  constructor(metadata: AppliedMetadata, nowMs: number) {
    this.#metadata = metadata
    this.#nowMs = nowMs
  }

  /** Brokers, configs and whatever else no batch changes. */
  get metadata(): AppliedMetadata {
    return this.#metadata
  }

  topic(name: string): DraftTopic | undefined {
    const created = this.#created.get(name)
    if (created !== undefined) return this.topicById(created)
    const applied = this.#metadata.topic(name)
    return applied && this.topicById(applied.topicId)
  }

  topicById(topicId: string): DraftTopic | undefined {
    const change = this.#changes.get(topicId)
    if (change === undefined) return this.#metadata.topicById(topicId)
    return change.kind === 'deleted' ? undefined : change.topic
  }

  /** The name of a topic that has the same name but for '.' and '_'. */
  collidingTopic(name: string): string | undefined {
    if (!/[._]/.test(name)) return undefined
    const key = collisionKey(name)
    const collides = (other: string): boolean => other !== name && collisionKey(other) === key
    for (const other of this.#created.keys()) if (collides(other)) return other
    for (const other of this.#metadata.topics()) {
      if (collides(other.name) && this.topic(other.name) !== undefined) return other.name
    }
    return undefined
  }

  create(topic: DraftTopic, configs: ReadonlyMap<string, string>): void {
    assert(this.topic(topic.name) === undefined, 'a topic is created once')
    this.#put({ topic, kind: 'created', configs })
    this.#created.set(topic.name, topic.topicId)
  }

  /** Partitions may have been added and changed, never removed. */
  change(topic: DraftTopic): void {
    const before = this.#changes.get(topic.topicId)
    assert(before?.kind !== 'deleted', 'a deleted topic is not changed')
    const { kind = 'changed', configs = noConfigs } = before ?? {}
    this.#put({ topic, kind, configs })
  }

  delete(topic: DraftTopic): void {
    const before = this.#changes.get(topic.topicId)
    assert(before?.kind !== 'created', 'a topic of this batch is not deleted in it')
    this.#put({ topic, kind: 'deleted', configs: noConfigs })
  }

  /** Notes that the leaderships of all earlier lives of a broker have ended. */
  settle(brokerId: number, life: BrokerMetaNode): void {
    this.#settled.set(brokerId, life)
  }

  /** Takes the tombstone of a topic away: no log of it is left. */
  forget(topicId: string): void {
    this.#forgotten.add(topicId)
  }

  /** About how many operations there would be. */
  get size(): number {
    return this.#size + this.#settled.size + this.#forgotten.size
  }

  /** The batch as operations of one transaction; none when nothing changed. */
  operations(): Operation[] {
    const operations: Operation[] = []
    for (const change of this.#changes.values()) {
      if (change.kind === 'created') this.#createOperations(change, operations)
      else if (change.kind === 'deleted') this.#deleteOperations(change.topic, operations)
      else this.#changeOperations(change.topic, operations)
    }
    for (const [brokerId, life] of this.#settled) {
      const path = brokerMetaPath(brokerId)
      const data = formatBrokerMeta(life)
      const exists = this.#metadata.image.isKnown(path)
      operations.push(
        exists ? { kind: 'set', path, data, version: -1 } : { kind: 'create', path, data },
      )
    }
    for (const topicId of this.#forgotten) {
      operations.push({ kind: 'delete', path: deletedPath(topicId), version: -1 })
    }
    return operations
  }

  #put(change: Change): void {
    const { topicId, partitions } = change.topic
    if (!this.#changes.has(topicId)) this.#size += 4 + Math.ceil(partitions.length / shardSize)
    this.#changes.set(topicId, change)
  }

  #createOperations({ topic, configs }: Change, operations: Operation[]): void {
    const { name, topicId, partitions } = topic
    operations.push(
      { kind: 'create', path: namePath(name), data: Buffer.from(topicId) },
      {
        kind: 'create',
        path: topicPath(topicId),
        data: formatTopic({ name, partitionCount: partitions.length }),
      },
      // Always there, so that a change of configs and the end of the topic cannot pass each other unseen.
      { kind: 'create', path: configPath('topics', name), data: formatConfigs(configs) },
    )
    shards(partitions).forEach((shard, i) => {
      operations.push({ kind: 'create', path: shardPath(topicId, i), data: formatShard(shard) })
    })
  }

  #changeOperations(topic: DraftTopic, operations: Operation[]): void {
    const { name, topicId, partitions } = topic
    const before = this.#metadata.topicById(topicId)
    assert(before !== undefined, 'only a topic that is there is changed')
    if (partitions.length !== before.partitions.length) {
      const data = formatTopic({ name, partitionCount: partitions.length })
      operations.push({ kind: 'set', path: topicPath(topicId), data, version: -1 })
    }
    shards(partitions).forEach((shard, i) => {
      const path = shardPath(topicId, i)
      const version = before.shardVersions[i]
      if (version === undefined) {
        operations.push({ kind: 'create', path, data: formatShard(shard) })
        return
      }
      const old = before.partitions.slice(i * shardSize, (i + 1) * shardSize)
      if (shard.length === old.length && shard.every((state, j) => state === old[j])) return
      operations.push({ kind: 'set', path, data: formatShard(shard), version })
    })
  }

  #deleteOperations({ name, topicId, partitions }: DraftTopic, operations: Operation[]): void {
    operations.push(
      { kind: 'delete', path: namePath(name), version: -1 },
      { kind: 'delete', path: configPath('topics', name), version: -1 },
    )
    shards(partitions).forEach((_, i) => {
      operations.push({ kind: 'delete', path: shardPath(topicId, i), version: -1 })
    })
    const data = formatDeletedTopic({ name, deletedMs: this.#nowMs })
    operations.push(
      { kind: 'delete', path: topicPath(topicId), version: -1 },
      { kind: 'create', path: deletedPath(topicId), data },
    )
  }
}

function shards(partitions: readonly PartitionState[]): PartitionState[][] {
  const parts: PartitionState[][] = []
  for (let at = 0; at < partitions.length; at += shardSize) {
    parts.push(partitions.slice(at, at + shardSize))
  }
  return parts
}
