// The log of an internal topic as its coordinator sees it: created on first use, appended to as leader, replayed when a
// partition is taken over.

import { BatchWalk, KafkaError, type RecordBatch } from '@samsa/protocol'
import type { Controller, TopicSpec } from '../controller/controller.ts'
import type { MetadataView } from '../metadata/metadata-view.ts'
import type {
  CoordinatorPartitions,
  LeadershipListener,
  TransactionalAppend,
} from './coordinator-partitions.ts'
import type { Partition } from './partition.ts'
import type { ReplicaSet } from './replica-set.ts'

/** Bytes read at once while a partition is replayed. */
const replayBytes = 1 << 20

/** One internal topic on this broker. */
export class InternalTopic implements CoordinatorPartitions {
  readonly topic: string
  readonly #spec: () => TopicSpec
  readonly #metadata: MetadataView
  readonly #controller: Controller
  readonly #replicas: ReplicaSet

  /** `spec` says how the topic is named and created; it is asked again when that is needed. */
  constructor(
    spec: () => TopicSpec,
    services: {
      readonly metadata: MetadataView
      readonly controller: Controller
      readonly replicas: ReplicaSet
    },
  ) {
    this.topic = spec().name
    this.#spec = spec
    this.#metadata = services.metadata
    this.#controller = services.controller
    this.#replicas = services.replicas
  }

  partitionCount(): number {
    return this.#metadata.topic(this.topic)?.partitions.length ?? this.#spec().partitionCount
  }

  async ensureTopic(): Promise<void> {
    if (this.#metadata.topic(this.topic) !== undefined) return
    try {
      await this.#controller.createTopic(this.#spec())
    } catch (error) {
      // Somebody else was first.
      if (!(error instanceof KafkaError && error.name === 'TOPIC_ALREADY_EXISTS')) throw error
    }
    await this.#replicas.reconciled()
  }

  leader(partition: number): { brokerId: number; leaderEpoch: number } | undefined {
    const image = this.#metadata.topic(this.topic)?.partitions[partition]
    if (image === undefined || image.leader === -1) return undefined
    return { brokerId: image.leader, leaderEpoch: image.leaderEpoch }
  }

  async append(
    partition: number,
    batch: Buffer,
    transactional: TransactionalAppend = {},
  ): Promise<{ baseOffset: number; lastOffset: number }> {
    const hosted = this.#replicas.partition(this.topic, partition)
    const options = { ...transactional, origin: 'coordinator' } as const
    const appended = await hosted.append(batch, -1, options)
    await hosted.committed(appended)
    return appended
  }

  async replay(partition: number, onBatch: (batch: RecordBatch) => void): Promise<void> {
    const hosted = this.#replicas.partition(this.topic, partition)
    // What is on its way into the log belongs to the state, too.
    await hosted.settled()
    const end = hosted.log.logEndOffset
    let offset = hosted.log.logStartOffset
    while (offset < end) {
      const result = await hosted.read(offset, {
        maxBytes: replayBytes,
        minOneBatch: true,
        upTo: 'log-end',
      })
      try {
        if (result.sizeInBytes === 0) return
        for (const chunk of result.chunks) {
          const walk = new BatchWalk(chunk)
          while (walk.next()) onBatch(walk.batch)
        }
        offset = result.nextOffset
      } finally {
        result.release()
      }
    }
  }

  onLeadership(listener: LeadershipListener): () => void {
    const mine = (partition: Partition): boolean => partition.topic === this.topic
    return this.#replicas.onLeadership({
      elected: (partition, leaderEpoch) => {
        if (mine(partition)) listener.elected(partition.index, leaderEpoch)
      },
      resigned: (partition, leaderEpoch) => {
        if (mine(partition)) listener.resigned(partition.index, leaderEpoch)
      },
    })
  }
}
