/**
 * The messages that the codecs are measured with: what a busy client of a small cluster sends and
 * gets.
 */

import { Fetch, JoinGroup, Metadata, Produce } from '@samsa/protocol'
import type { RequestInput, RequestOf, ResponseInput, ResponseOf } from '@samsa/protocol'

const TOPICS = ['orders', 'payments.eu-west', 'clicks', 'inventory-updates']
const PARTITIONS = [0, 1, 2, 3, 4, 5]
const records = Buffer.alloc(300, 7)

const produceRequest: RequestInput<typeof Produce> = {
  acks: -1,
  timeoutMs: 30000,
  topicData: TOPICS.map((name) => ({
    name,
    partitionData: PARTITIONS.map((index) => ({ index, records })),
  })),
}

const produceResponse: ResponseInput<typeof Produce> = {
  responses: TOPICS.map((name) => ({
    name,
    partitionResponses: PARTITIONS.map((index) => ({ index, baseOffset: 123456789 + index })),
  })),
}

const fetchRequest: RequestInput<typeof Fetch> = {
  maxWaitMs: 500,
  minBytes: 1,
  maxBytes: 52428800,
  sessionId: 123456,
  sessionEpoch: 17,
  topics: TOPICS.map((topic) => ({
    topic,
    partitions: PARTITIONS.map((partition) => ({
      partition,
      currentLeaderEpoch: 5,
      fetchOffset: 5_000_000_000 + partition,
      partitionMaxBytes: 1048576,
    })),
  })),
  forgottenTopicsData: [],
}

const fetchResponse: ResponseInput<typeof Fetch> = {
  sessionId: 123456,
  responses: TOPICS.map((topic) => ({
    topic,
    partitions: PARTITIONS.map((partitionIndex) => ({
      partitionIndex,
      highWatermark: 5_000_000_100,
      lastStableOffset: 5_000_000_100,
      logStartOffset: 0,
      abortedTransactions: partitionIndex % 2 === 0 ? null : [{ producerId: 7, firstOffset: 11 }],
      records,
    })),
  })),
}

const metadataRequest: RequestInput<typeof Metadata> = {
  topics: TOPICS.map((name) => ({ name })),
}

const metadataResponse: ResponseInput<typeof Metadata> = {
  brokers: [1, 2, 3].map((nodeId) => ({
    nodeId,
    host: `kafka-${nodeId}.example.internal`,
    port: 9092,
    rack: 'eu-west-1a',
  })),
  clusterId: 'kQ1cS6o9T5mPj3v1nJ3y2A',
  controllerId: 2,
  topics: TOPICS.map((name) => ({
    name,
    topicId: 'Zm9vYmFyYmF6cXV4MTIzNA',
    partitions: PARTITIONS.map((partitionIndex) => ({
      partitionIndex,
      leaderId: 1 + (partitionIndex % 3),
      leaderEpoch: 5,
      replicaNodes: [1, 2, 3],
      isrNodes: [1, 2, 3],
    })),
  })),
}

const joinGroupRequest: RequestInput<typeof JoinGroup> = {
  groupId: 'analysts',
  sessionTimeoutMs: 45000,
  rebalanceTimeoutMs: 300000,
  memberId: 'consumer-analysts-1-8c1c0f0e-27a4-4fd8-9f3f-0b1f6f4f3c55',
  protocolType: 'consumer',
  protocols: ['cooperative-sticky', 'range'].map((name) => ({
    name,
    metadata: Buffer.alloc(80, 3),
  })),
}

const joinGroupResponse: ResponseInput<typeof JoinGroup> = {
  generationId: 42,
  protocolType: 'consumer',
  protocolName: 'cooperative-sticky',
  leader: 'consumer-analysts-1-8c1c0f0e-27a4-4fd8-9f3f-0b1f6f4f3c55',
  memberId: 'consumer-analysts-1-8c1c0f0e-27a4-4fd8-9f3f-0b1f6f4f3c55',
  members: [1, 2, 3, 4].map((i) => ({
    memberId: `consumer-analysts-${i}-8c1c0f0e-27a4-4fd8-9f3f-0b1f6f4f3c55`,
    metadata: Buffer.alloc(80, i),
  })),
}

/** The messages as decoding gives them: every field set. */
export const samples: {
  readonly produceRequest: RequestOf<typeof Produce>
  readonly produceResponse: ResponseOf<typeof Produce>
  readonly fetchRequest: RequestOf<typeof Fetch>
  readonly fetchResponse: ResponseOf<typeof Fetch>
  readonly metadataRequest: RequestOf<typeof Metadata>
  readonly metadataResponse: ResponseOf<typeof Metadata>
  readonly joinGroupRequest: RequestOf<typeof JoinGroup>
  readonly joinGroupResponse: ResponseOf<typeof JoinGroup>
} = {
  produceRequest: Produce.request.decode(9, Produce.request.encode(9, produceRequest)),
  produceResponse: Produce.response.decode(9, Produce.response.encode(9, produceResponse)),
  fetchRequest: Fetch.request.decode(12, Fetch.request.encode(12, fetchRequest)),
  fetchResponse: Fetch.response.decode(12, Fetch.response.encode(12, fetchResponse)),
  metadataRequest: Metadata.request.decode(12, Metadata.request.encode(12, metadataRequest)),
  metadataResponse: Metadata.response.decode(12, Metadata.response.encode(12, metadataResponse)),
  joinGroupRequest: JoinGroup.request.decode(9, JoinGroup.request.encode(9, joinGroupRequest)),
  joinGroupResponse: JoinGroup.response.decode(9, JoinGroup.response.encode(9, joinGroupResponse)),
}
