// Replicas: moved to other brokers, leaders elected, log directories described and changed.

import {
  AlterPartitionReassignments,
  AlterReplicaLogDirs,
  DescribeLogDirs,
  ElectLeaders,
  KafkaError,
  ListPartitionReassignments,
} from '@samsa/protocol'
import type { Desk } from './desk.ts'
import { type AdminCallOptions, checkCode, outcomeOf } from './errand.ts'
import { byTopic, type PartitionKey, partitionKey, type TopicPartition } from './partition-key.ts'
import type { Outcomes, Results } from './results.ts'
import { toBroker, toController } from './routes.ts'

/** Where a partition's replicas shall lie. */
export interface Reassignment extends TopicPartition {
  /** Broker ids, the preferred leader first; null cancels a move that is under way. */
  readonly replicas: readonly number[] | null
}

/** A move that is under way. */
export interface OngoingReassignment extends TopicPartition {
  readonly replicas: readonly number[]
  readonly addingReplicas: readonly number[]
  readonly removingReplicas: readonly number[]
}

/** A replica on a broker's disk. */
export interface ReplicaSize extends TopicPartition {
  readonly sizeBytes: number
  /** Behind the high watermark; for a future replica behind the present one. */
  readonly offsetLag: number
  /** It is being moved here. */
  readonly isFuture: boolean
}

/** A log directory of a broker. */
export interface LogDirectory {
  readonly path: string
  /** Why the directory is not in use. */
  readonly error: KafkaError | undefined
  readonly replicas: readonly ReplicaSize[]
  /** Of the volume; undefined where the broker does not say. */
  readonly totalBytes: number | undefined
  readonly usableBytes: number | undefined
}

/** A replica and the directory that it shall lie in. */
export interface ReplicaMove extends TopicPartition {
  readonly brokerId: number
  /** One of the broker's `log.dirs`. */
  readonly path: string
}

/** Admin calls about replicas. */
export class ReplicaAdmin {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Begins or cancels moves (KIP-455); the results are by partition. NO_REASSIGNMENT_IN_PROGRESS. */
  reassign(
    reassignments: readonly Reassignment[],
    options: AdminCallOptions = {},
  ): Results<PartitionKey, void> {
    return this.#desk.run<Reassignment, PartitionKey, void>(
      {
        items: reassignments,
        keyOf: partitionKey,
        nameOf: partitionKey,
        route: toController(this.#desk.cluster),
        ask: async (link, part, { timeoutMs }) => {
          const topics = byTopic(part).map(({ topic, items }) => ({
            name: topic,
            partitions: items.map(({ partition, replicas }) => {
              return { partitionIndex: partition, replicas }
            }),
          }))
          const answer = await link.send(AlterPartitionReassignments, { topics, timeoutMs })
          checkCode(answer.errorCode, answer.errorMessage)
          return new Map(
            answer.responses.flatMap(({ name, partitions }) => {
              return partitions.map((result) => {
                const key = partitionKey({ topic: name, partition: result.partitionIndex })
                return [key, outcomeOf(result, undefined)] as const
              })
            }),
          )
        },
      },
      options,
    )
  }

  /** Moves under way, of these partitions or of all. */
  async reassignments(
    partitions?: readonly TopicPartition[],
    options?: AdminCallOptions,
  ): Promise<OngoingReassignment[]> {
    return await this.#desk.runOne(
      {
        name: 'Reassignments',
        route: toController(this.#desk.cluster),
        ask: async (link, { timeoutMs }) => {
          const topics =
            partitions === undefined
              ? null
              : byTopic(partitions).map(({ topic, items }) => {
                  return { name: topic, partitionIndexes: items.map(({ partition }) => partition) }
                })
          const answer = await link.send(ListPartitionReassignments, { topics, timeoutMs })
          checkCode(answer.errorCode, answer.errorMessage)
          return answer.topics.flatMap(({ name, partitions }) => {
            return partitions.map(({ partitionIndex, ...replicas }) => {
              return { topic: name, partition: partitionIndex, ...replicas }
            })
          })
        },
      },
      options,
    )
  }

  /**
   * Elects leaders, of these partitions or of all that need it: the preferred replica, or with `unclean` any that is alive,
   * which may lose records. The results are by partition; ELECTION_NOT_NEEDED where there was nothing to do.
   */
  async electLeaders(
    kind: 'preferred' | 'unclean',
    partitions?: readonly TopicPartition[],
    options?: AdminCallOptions,
  ): Promise<ReadonlyMap<PartitionKey, KafkaError | undefined>> {
    return await this.#desk.runOne(
      {
        name: 'Elections',
        route: toController(this.#desk.cluster),
        ask: async (link, { timeoutMs }) => {
          const version = link.version(ElectLeaders)
          if (version < 1 && kind === 'unclean') {
            const message = `${link.name} cannot elect leaders that are not in sync.`
            throw new KafkaError('UNSUPPORTED_VERSION', message)
          }
          const topicPartitions =
            partitions === undefined
              ? null
              : byTopic(partitions).map(({ topic, items }) => {
                  return { topic, partitions: items.map(({ partition }) => partition) }
                })
          const answer = await link.sendVersion(ElectLeaders, version, {
            ...(version >= 1 ? { electionType: kind === 'preferred' ? 0 : 1 } : {}),
            topicPartitions,
            timeoutMs,
          })
          checkCode(answer.errorCode)
          const outcomes: Outcomes<PartitionKey, undefined> = new Map()
          for (const { topic, partitionResult } of answer.replicaElectionResults) {
            for (const result of partitionResult) {
              const key = partitionKey({ topic, partition: result.partitionId })
              const outcome = outcomeOf(result, undefined)
              outcomes.set(key, outcome)
            }
          }
          return outcomes
        },
      },
      options,
    )
  }

  /** Log directories and what lies in them; the results are by broker id. */
  logDirectories(
    brokerIds: readonly number[],
    options: AdminCallOptions = {},
  ): Results<number, readonly LogDirectory[]> {
    return this.#desk.run<number, number, readonly LogDirectory[]>(
      {
        items: brokerIds,
        keyOf: (brokerId) => brokerId,
        nameOf: (brokerId) => `Broker ${brokerId}`,
        route: toBroker(this.#desk.cluster, (brokerId) => brokerId),
        ask: async (link, _part, { brokerId }) => {
          const answer = await link.send(DescribeLogDirs, { topics: null })
          checkCode(answer.errorCode)
          const directories = answer.results.map((result): LogDirectory => {
            return {
              path: result.logDir,
              error: outcomeOf(result, undefined),
              replicas: result.topics.flatMap(({ name, partitions }) => {
                return partitions.map((replica) => ({
                  topic: name,
                  partition: replica.partitionIndex,
                  sizeBytes: replica.partitionSize,
                  offsetLag: replica.offsetLag,
                  isFuture: replica.isFutureKey,
                }))
              }),
              totalBytes: sizeOf(result.totalBytes),
              usableBytes: sizeOf(result.usableBytes),
            }
          })
          return new Map([[brokerId, directories]])
        },
      },
      options,
    )
  }

  /** Moves replicas between the directories of their brokers (KIP-113); the results are by `broker:topic-partition`. */
  moveReplicas(
    moves: readonly ReplicaMove[],
    options: AdminCallOptions = {},
  ): Results<string, void> {
    const keyOf = (move: ReplicaMove): string => `${move.brokerId}:${partitionKey(move)}`
    return this.#desk.run<ReplicaMove, string, void>(
      {
        items: moves,
        keyOf,
        nameOf: (move) => `Replica of ${partitionKey(move)} on broker ${move.brokerId}`,
        route: toBroker(this.#desk.cluster, ({ brokerId }) => brokerId),
        ask: async (link, part, { brokerId }) => {
          const paths = Map.groupBy(part, ({ path }) => path)
          const dirs = [...paths].map(([path, items]) => ({
            path,
            topics: byTopic(items).map(({ topic, items }) => {
              return { name: topic, partitions: items.map(({ partition }) => partition) }
            }),
          }))
          const answer = await link.send(AlterReplicaLogDirs, { dirs })
          return new Map(
            answer.results.flatMap(({ topicName: topic, partitions }) => {
              return partitions.map((result) => {
                const key = keyOf({ topic, partition: result.partitionIndex, brokerId, path: '' })
                return [key, outcomeOf(result, undefined)] as const
              })
            }),
          )
        },
      },
      options,
    )
  }
}

/** Volumes of no known end are reported as the largest int64. */
function sizeOf(bytes: bigint): number | undefined {
  return bytes < 0n || bytes > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(bytes)
}
