// The cluster itself: its id, brokers and controller, and the quorum of KRaft controllers where there is one.

import { DescribeCluster, DescribeQuorum, KafkaError, UnregisterBroker } from '@samsa/protocol'
import type { Desk } from './desk.ts'
import { type AdminCallOptions, checkCode } from './errand.ts'
import { type AclOperation, operationsIn } from './operations.ts'
import { askMetadata, toAnyBroker, toController } from './routes.ts'

/** A broker of the cluster. */
export interface BrokerDescription {
  readonly brokerId: number
  readonly host: string
  readonly port: number
  readonly rack: string | undefined
  /** Registered, but not serving. */
  readonly isFenced: boolean
}

/** The cluster. */
export interface ClusterDescription {
  readonly clusterId: string | undefined
  /** In KRaft clusters some broker, which forwards what is meant for the controller. */
  readonly controllerId: number | undefined
  readonly brokers: readonly BrokerDescription[]
  /** Undefined unless it was asked for. */
  readonly authorizedOperations: readonly AclOperation[] | undefined
}

/** A controller or broker that follows the metadata log. */
export interface QuorumReplica {
  readonly replicaId: number
  readonly logEndOffset: number
  /** Milliseconds since the epoch, undefined where it is not known. */
  readonly lastFetchTimestamp: number | undefined
  readonly lastCaughtUpTimestamp: number | undefined
}

/** The KRaft quorum. */
export interface QuorumDescription {
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly highWatermark: number
  readonly voters: readonly QuorumReplica[]
  readonly observers: readonly QuorumReplica[]
}

/** Admin calls about the cluster. */
export class ClusterAdmin {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Id, brokers and controller. */
  async describe(
    options: AdminCallOptions & {
      readonly includeAuthorizedOperations?: boolean
      /** Brokers that are registered, but do not serve, too (Kafka 4.0 and later). */
      readonly includeFencedBrokers?: boolean
    } = {},
  ): Promise<ClusterDescription> {
    const { cluster } = this.#desk
    const patience = this.#desk.patience(options)
    return await this.#desk.runOne(
      {
        name: 'Cluster',
        route: toAnyBroker(cluster),
        ask: async (link) => {
          if (!link.serves(DescribeCluster)) {
            return fromMetadata(await askMetadata(cluster, { topics: [] }, patience))
          }
          const version = link.version(DescribeCluster)
          const { includeFencedBrokers = false } = options
          const answer = await link.sendVersion(DescribeCluster, version, {
            includeClusterAuthorizedOperations: options.includeAuthorizedOperations ?? false,
            ...(version >= 2 ? { includeFencedBrokers } : {}),
          })
          checkCode(answer.errorCode, answer.errorMessage)
          return {
            clusterId: answer.clusterId,
            controllerId: answer.controllerId < 0 ? undefined : answer.controllerId,
            brokers: answer.brokers
              .map(({ rack, ...broker }) => ({ ...broker, rack: rack ?? undefined }))
              .sort((a, b) => a.brokerId - b.brokerId),
            authorizedOperations: operationsIn(answer.clusterAuthorizedOperations),
          }
        },
      },
      options,
    )
  }

  /** Takes a broker that will not come back out of the cluster. */
  async unregisterBroker(brokerId: number, options?: AdminCallOptions): Promise<void> {
    await this.#desk.runOne(
      {
        name: `Broker ${brokerId}`,
        route: toController(this.#desk.cluster),
        ask: async (link) => {
          const answer = await link.send(UnregisterBroker, { brokerId })
          checkCode(answer.errorCode, answer.errorMessage)
        },
      },
      options,
    )
  }

  /** State of the KRaft quorum. UNSUPPORTED_VERSION where the cluster has none. */
  async describeQuorum(options?: AdminCallOptions): Promise<QuorumDescription> {
    return await this.#desk.runOne(
      {
        name: 'Quorum',
        route: toAnyBroker(this.#desk.cluster),
        ask: async (link) => {
          const topics = [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }]
          const answer = await link.send(DescribeQuorum, { topics })
          checkCode(answer.errorCode, answer.errorMessage)
          const partition = answer.topics[0]?.partitions[0]
          if (partition === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR')
          checkCode(partition.errorCode, partition.errorMessage)
          const { leaderId, leaderEpoch, highWatermark, currentVoters, observers } = partition
          return {
            leaderId,
            leaderEpoch,
            highWatermark,
            voters: currentVoters.map(quorumReplica),
            observers: observers.map(quorumReplica),
          }
        },
      },
      options,
    )
  }
}

function quorumReplica(answer: {
  readonly replicaId: number
  readonly logEndOffset: number
  readonly lastFetchTimestamp: number
  readonly lastCaughtUpTimestamp: number
}): QuorumReplica {
  const { replicaId, logEndOffset, lastFetchTimestamp, lastCaughtUpTimestamp } = answer
  const known = (timestamp: number): number | undefined => (timestamp < 0 ? undefined : timestamp)
  return {
    replicaId,
    logEndOffset,
    lastFetchTimestamp: known(lastFetchTimestamp),
    lastCaughtUpTimestamp: known(lastCaughtUpTimestamp),
  }
}

/** For brokers before Kafka 2.8. */
function fromMetadata(answer: Awaited<ReturnType<typeof askMetadata>>): ClusterDescription {
  return {
    clusterId: answer.clusterId ?? undefined,
    controllerId: answer.controllerId < 0 ? undefined : answer.controllerId,
    brokers: answer.brokers.map(({ nodeId, host, port, rack }) => {
      return { brokerId: nodeId, host, port, rack: rack ?? undefined, isFenced: false }
    }),
    authorizedOperations: undefined,
  }
}
