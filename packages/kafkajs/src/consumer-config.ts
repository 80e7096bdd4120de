// What a program says of a consumer in kafkajs's words, and the same in the client's.

import { type Assignor, type ConsumerOptions, roundRobinAssignor } from '@samsa/client'
import type { RetryOptions } from './config.ts'

/** How a consumer works. */
export interface ConsumerConfig {
  readonly groupId: string
  readonly partitionAssigners?: readonly unknown[]
  readonly metadataMaxAge?: number
  readonly sessionTimeout?: number
  readonly rebalanceTimeout?: number
  readonly heartbeatInterval?: number
  readonly maxBytesPerPartition?: number
  readonly minBytes?: number
  readonly maxBytes?: number
  readonly maxWaitTimeInMs?: number
  readonly retry?: RetryOptions
  readonly allowAutoTopicCreation?: boolean
  readonly maxInFlightRequests?: number
  readonly readUncommitted?: boolean
  readonly rackId?: string
}

/** Kafkajs's assigner, by the name under which its members know it: groups may be mixed. */
export const assignor: Assignor = {
  name: 'RoundRobinAssigner',
  protocol: 'eager',
  assign: (topics, members) => roundRobinAssignor.assign(topics, members),
}

/** The assigners that come with kafkajs. */
export const PartitionAssigners = { roundRobin: assignor } as const

const longestWaitMs = 500

/** The options of a member of the group that the configuration names. */
export function groupOptions(config: ConsumerConfig): ConsumerOptions {
  return {
    group: config.groupId,
    assignors: [assignor],
    groupProtocol: 'classic',
    commits: 'manual',
    isolationLevel: config.readUncommitted === true ? 'read_uncommitted' : 'read_committed',
    sessionTimeoutMs: config.sessionTimeout ?? 30_000,
    heartbeatIntervalMs: config.heartbeatInterval ?? 3000,
    maxPollIntervalMs: Math.max(config.rebalanceTimeout ?? 0, 300_000),
    maxPartitionFetchBytes: config.maxBytesPerPartition ?? 1_048_576,
    fetchMinBytes: config.minBytes ?? 1,
    fetchMaxBytes: config.maxBytes ?? 10_485_760,
    // A broker that holds a fetch for long holds up seeks and partitions that are resumed.
    fetchMaxWaitMs: Math.min(config.maxWaitTimeInMs ?? longestWaitMs, longestWaitMs),
    ...(config.rackId === undefined ? {} : { clientRack: config.rackId }),
  }
}
