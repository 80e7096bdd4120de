/** Metadata version 12, written by hand. */

import type { RequestOf, ResponseOf } from '@samsa/protocol'
import type { Metadata } from '@samsa/protocol'
import type { Reader, Writer } from './cursor.ts'

function withTags<T>(value: T, reader: Reader): T {
  const unknownTags = reader.tags()
  return unknownTags === undefined ? value : { ...value, unknownTags }
}

export function readRequest(reader: Reader): RequestOf<typeof Metadata> {
  let topics = null
  const count = reader.count(18)
  if (count >= 0) {
    topics = []
    for (let i = 0; i < count; i++) {
      const topicId = reader.uuid()
      const name = reader.nullableString()
      topics.push(withTags({ topicId, name }, reader))
    }
  }
  const allowAutoTopicCreation = reader.bool()
  const includeTopicAuthorizedOperations = reader.bool()
  return withTags(
    {
      topics,
      allowAutoTopicCreation,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations,
    },
    reader,
  )
}

export function writeRequest(writer: Writer, value: RequestOf<typeof Metadata>): void {
  if (value.topics === null) {
    writer.varint(0)
  } else {
    writer.varint(value.topics.length + 1)
    for (const topic of value.topics) {
      writer.uuid(topic.topicId)
      writer.nullableString(topic.name)
      writer.tags(topic.unknownTags)
    }
  }
  writer.bool(value.allowAutoTopicCreation)
  writer.bool(value.includeTopicAuthorizedOperations)
  writer.tags(value.unknownTags)
}

export function readResponse(reader: Reader): ResponseOf<typeof Metadata> {
  const throttleTimeMs = reader.int32()
  const brokers = []
  const brokerCount = reader.count(11)
  for (let i = 0; i < brokerCount; i++) {
    const nodeId = reader.int32()
    const host = reader.string()
    const port = reader.int32()
    const rack = reader.nullableString()
    brokers.push(withTags({ nodeId, host, port, rack }, reader))
  }
  const clusterId = reader.nullableString()
  const controllerId = reader.int32()
  const topics = []
  const topicCount = reader.count(25)
  for (let i = 0; i < topicCount; i++) topics.push(readTopic(reader))
  return withTags(
    {
      throttleTimeMs,
      brokers,
      clusterId,
      controllerId,
      topics,
      clusterAuthorizedOperations: -2147483648,
      errorCode: 0,
    },
    reader,
  )
}

type Topic = ResponseOf<typeof Metadata>['topics'][number]

function readTopic(reader: Reader): Topic {
  const errorCode = reader.int16()
  const name = reader.nullableString()
  const topicId = reader.uuid()
  const isInternal = reader.bool()
  const partitions = []
  const count = reader.count(18)
  for (let j = 0; j < count; j++) {
    const partitionError = reader.int16()
    const partitionIndex = reader.int32()
    const leaderId = reader.int32()
    const leaderEpoch = reader.int32()
    const replicaNodes = reader.int32s()
    const isrNodes = reader.int32s()
    const offlineReplicas = reader.int32s()
    partitions.push(
      withTags(
        {
          errorCode: partitionError,
          partitionIndex,
          leaderId,
          leaderEpoch,
          replicaNodes,
          isrNodes,
          offlineReplicas,
        },
        reader,
      ),
    )
  }
  const topicAuthorizedOperations = reader.int32()
  return withTags(
    { errorCode, name, topicId, isInternal, partitions, topicAuthorizedOperations },
    reader,
  )
}

export function writeResponse(writer: Writer, value: ResponseOf<typeof Metadata>): void {
  writer.int32(value.throttleTimeMs)
  writer.varint(value.brokers.length + 1)
  for (const broker of value.brokers) {
    writer.int32(broker.nodeId)
    writer.string(broker.host)
    writer.int32(broker.port)
    writer.nullableString(broker.rack)
    writer.tags(broker.unknownTags)
  }
  writer.nullableString(value.clusterId)
  writer.int32(value.controllerId)
  writer.varint(value.topics.length + 1)
  for (const topic of value.topics) {
    writer.int16(topic.errorCode)
    writer.nullableString(topic.name)
    writer.uuid(topic.topicId)
    writer.bool(topic.isInternal)
    writer.varint(topic.partitions.length + 1)
    for (const partition of topic.partitions) {
      writer.int16(partition.errorCode)
      writer.int32(partition.partitionIndex)
      writer.int32(partition.leaderId)
      writer.int32(partition.leaderEpoch)
      writer.int32s(partition.replicaNodes)
      writer.int32s(partition.isrNodes)
      writer.int32s(partition.offlineReplicas)
      writer.tags(partition.unknownTags)
    }
    writer.int32(topic.topicAuthorizedOperations)
    writer.tags(topic.unknownTags)
  }
  writer.tags(value.unknownTags)
}
