/**
 * Fetch version 12, written by hand; of its tagged fields those that a plain consumer and leader
 * set.
 */

import type { RequestOf, ResponseOf } from '@samsa/protocol'
import type { Fetch } from '@samsa/protocol'
import type { Reader, Tag, Writer } from './cursor.ts'

type Request = RequestOf<typeof Fetch>
type Response = ResponseOf<typeof Fetch>
type Partition = Response['responses'][number]['partitions'][number]

const ZERO = 'AAAAAAAAAAAAAAAAAAAAAA'
const NO_STATE = { replicaId: -1, replicaEpoch: -1 }
const NO_EPOCH = { epoch: -1, endOffset: -1 }
const NO_LEADER = { leaderId: -1, leaderEpoch: -1 }
const NO_SNAPSHOT = { endOffset: -1, epoch: -1 }

function withTags<T>(value: T, reader: Reader): T {
  const unknownTags = reader.tags()
  return unknownTags === undefined ? value : { ...value, unknownTags }
}

export function readRequest(reader: Reader): Request {
  const replicaId = reader.int32()
  const maxWaitMs = reader.int32()
  const minBytes = reader.int32()
  const maxBytes = reader.int32()
  const isolationLevel = reader.int8()
  const sessionId = reader.int32()
  const sessionEpoch = reader.int32()
  const topics = []
  const topicCount = reader.count(3)
  for (let i = 0; i < topicCount; i++) {
    const topic = reader.string()
    const partitions = []
    const count = reader.count(33)
    for (let j = 0; j < count; j++) {
      const partition = reader.int32()
      const currentLeaderEpoch = reader.int32()
      const fetchOffset = reader.int64()
      const lastFetchedEpoch = reader.int32()
      const logStartOffset = reader.int64()
      const partitionMaxBytes = reader.int32()
      partitions.push(
        withTags(
          {
            partition,
            currentLeaderEpoch,
            fetchOffset,
            lastFetchedEpoch,
            logStartOffset,
            partitionMaxBytes,
            replicaDirectoryId: ZERO,
            highWatermark: 9223372036854775807n,
          },
          reader,
        ),
      )
    }
    topics.push(withTags({ topic, topicId: ZERO, partitions }, reader))
  }
  const forgottenTopicsData = []
  const forgotten = reader.count(3)
  for (let i = 0; i < forgotten; i++) {
    const topic = reader.string()
    const partitions = reader.int32s()
    forgottenTopicsData.push(withTags({ topic, topicId: ZERO, partitions }, reader))
  }
  const rackId = reader.string()
  let clusterId: string | null = null
  let unknownTags: Tag[] | undefined
  const tags = reader.varint()
  for (let i = 0; i < tags; i++) {
    const tag = reader.varint()
    const size = reader.varint()
    if (tag === 0) clusterId = reader.nullableString()
    else (unknownTags ??= []).push(reader.tag(tag, size))
  }
  const request = {
    clusterId,
    replicaId,
    replicaState: NO_STATE,
    maxWaitMs,
    minBytes,
    maxBytes,
    isolationLevel,
    sessionId,
    sessionEpoch,
    topics,
    forgottenTopicsData,
    rackId,
  }
  return unknownTags === undefined ? request : { ...request, unknownTags }
}

export function writeRequest(writer: Writer, value: Request): void {
  writer.int32(value.replicaId)
  writer.int32(value.maxWaitMs)
  writer.int32(value.minBytes)
  writer.int32(value.maxBytes)
  writer.int8(value.isolationLevel)
  writer.int32(value.sessionId)
  writer.int32(value.sessionEpoch)
  writer.varint(value.topics.length + 1)
  for (const topic of value.topics) {
    writer.string(topic.topic)
    writer.varint(topic.partitions.length + 1)
    for (const partition of topic.partitions) {
      writer.int32(partition.partition)
      writer.int32(partition.currentLeaderEpoch)
      writer.int64(partition.fetchOffset)
      writer.int32(partition.lastFetchedEpoch)
      writer.int64(partition.logStartOffset)
      writer.int32(partition.partitionMaxBytes)
      writer.tags(partition.unknownTags)
    }
    writer.tags(topic.unknownTags)
  }
  writer.varint(value.forgottenTopicsData.length + 1)
  for (const topic of value.forgottenTopicsData) {
    writer.string(topic.topic)
    writer.int32s(topic.partitions)
    writer.tags(topic.unknownTags)
  }
  writer.string(value.rackId)
  if (value.clusterId === null) {
    writer.tags(value.unknownTags)
    return
  }
  writer.varint(1)
  writer.varint(0)
  writer.varint(value.clusterId.length + 1)
  writer.string(value.clusterId)
}

export function readResponse(reader: Reader): Response {
  const throttleTimeMs = reader.int32()
  const errorCode = reader.int16()
  const sessionId = reader.int32()
  const responses = []
  const topics = reader.count(3)
  for (let i = 0; i < topics; i++) {
    const topic = reader.string()
    const partitions = []
    const count = reader.count(37)
    for (let j = 0; j < count; j++) partitions.push(readPartition(reader))
    responses.push(withTags({ topic, topicId: ZERO, partitions }, reader))
  }
  return withTags({ throttleTimeMs, errorCode, sessionId, responses, nodeEndpoints: [] }, reader)
}

function readPartition(reader: Reader): Partition {
  const partitionIndex = reader.int32()
  const errorCode = reader.int16()
  const highWatermark = reader.int64()
  const lastStableOffset = reader.int64()
  const logStartOffset = reader.int64()
  let abortedTransactions = null
  const aborted = reader.count(17)
  if (aborted >= 0) {
    abortedTransactions = []
    for (let k = 0; k < aborted; k++) {
      const producerId = reader.int64()
      const firstOffset = reader.int64()
      abortedTransactions.push(withTags({ producerId, firstOffset }, reader))
    }
  }
  const preferredReadReplica = reader.int32()
  const records = reader.nullableBytes()
  let divergingEpoch = NO_EPOCH
  let currentLeader = NO_LEADER
  let snapshotId = NO_SNAPSHOT
  let unknownTags: Tag[] | undefined
  const tags = reader.varint()
  for (let i = 0; i < tags; i++) {
    const tag = reader.varint()
    const size = reader.varint()
    if (tag === 0) {
      const epoch = reader.int32()
      divergingEpoch = withTags({ epoch, endOffset: reader.int64() }, reader)
    } else if (tag === 1) {
      const leaderId = reader.int32()
      currentLeader = withTags({ leaderId, leaderEpoch: reader.int32() }, reader)
    } else if (tag === 2) {
      const endOffset = reader.int64()
      snapshotId = withTags({ endOffset, epoch: reader.int32() }, reader)
    } else (unknownTags ??= []).push(reader.tag(tag, size))
  }
  const partition = {
    partitionIndex,
    errorCode,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    divergingEpoch,
    currentLeader,
    snapshotId,
    abortedTransactions,
    preferredReadReplica,
    records,
  }
  return unknownTags === undefined ? partition : { ...partition, unknownTags }
}

export function writeResponse(writer: Writer, value: Response): void {
  writer.int32(value.throttleTimeMs)
  writer.int16(value.errorCode)
  writer.int32(value.sessionId)
  writer.varint(value.responses.length + 1)
  for (const topic of value.responses) {
    writer.string(topic.topic)
    writer.varint(topic.partitions.length + 1)
    for (const partition of topic.partitions) writePartition(writer, partition)
    writer.tags(topic.unknownTags)
  }
  writer.tags(value.unknownTags)
}

function writePartition(writer: Writer, partition: Partition): void {
  writer.int32(partition.partitionIndex)
  writer.int16(partition.errorCode)
  writer.int64(partition.highWatermark)
  writer.int64(partition.lastStableOffset)
  writer.int64(partition.logStartOffset)
  if (partition.abortedTransactions === null) {
    writer.varint(0)
  } else {
    writer.varint(partition.abortedTransactions.length + 1)
    for (const aborted of partition.abortedTransactions) {
      writer.int64(aborted.producerId)
      writer.int64(aborted.firstOffset)
      writer.tags(aborted.unknownTags)
    }
  }
  writer.int32(partition.preferredReadReplica)
  if (partition.records === null) writer.varint(0)
  else writer.bytes(partition.records)
  const { divergingEpoch, currentLeader, snapshotId } = partition
  const hasEpoch = divergingEpoch.epoch !== -1 || divergingEpoch.endOffset !== -1
  const hasLeader = currentLeader.leaderId !== -1 || currentLeader.leaderEpoch !== -1
  const hasSnapshot = snapshotId.endOffset !== -1 || snapshotId.epoch !== -1
  if (!hasEpoch && !hasLeader && !hasSnapshot) {
    writer.tags(partition.unknownTags)
    return
  }
  writer.varint((hasEpoch ? 1 : 0) + (hasLeader ? 1 : 0) + (hasSnapshot ? 1 : 0))
  if (hasEpoch) {
    writer.varint(0)
    writer.varint(13)
    writer.int32(divergingEpoch.epoch)
    writer.int64(divergingEpoch.endOffset)
    writer.varint(0)
  }
  if (hasLeader) {
    writer.varint(1)
    writer.varint(9)
    writer.int32(currentLeader.leaderId)
    writer.int32(currentLeader.leaderEpoch)
    writer.varint(0)
  }
  if (hasSnapshot) {
    writer.varint(2)
    writer.varint(13)
    writer.int64(snapshotId.endOffset)
    writer.int32(snapshotId.epoch)
    writer.varint(0)
  }
}
