/** Produce version 9, written by hand. */

import type { RequestOf, ResponseOf } from '@samsa/protocol'
import type { Produce } from '@samsa/protocol'
import type { Reader, Writer } from './cursor.ts'

const NO_LEADER = { leaderId: -1, leaderEpoch: -1 }
const ZERO = 'AAAAAAAAAAAAAAAAAAAAAA'

function withTags<T>(value: T, reader: Reader): T {
  const unknownTags = reader.tags()
  return unknownTags === undefined ? value : { ...value, unknownTags }
}

export function readRequest(reader: Reader): RequestOf<typeof Produce> {
  const transactionalId = reader.nullableString()
  const acks = reader.int16()
  const timeoutMs = reader.int32()
  const topicData = []
  const topics = reader.count(3)
  for (let i = 0; i < topics; i++) {
    const name = reader.string()
    const partitionData = []
    const partitions = reader.count(6)
    for (let j = 0; j < partitions; j++) {
      const index = reader.int32()
      const records = reader.nullableBytes()
      partitionData.push(withTags({ index, records }, reader))
    }
    topicData.push(withTags({ name, topicId: ZERO, partitionData }, reader))
  }
  return withTags({ transactionalId, acks, timeoutMs, topicData }, reader)
}

export function writeRequest(writer: Writer, value: RequestOf<typeof Produce>): void {
  writer.nullableString(value.transactionalId)
  writer.int16(value.acks)
  writer.int32(value.timeoutMs)
  writer.varint(value.topicData.length + 1)
  for (const topic of value.topicData) {
    writer.string(topic.name)
    writer.varint(topic.partitionData.length + 1)
    for (const partition of topic.partitionData) {
      writer.int32(partition.index)
      if (partition.records === null) writer.varint(0)
      else writer.bytes(partition.records)
      writer.tags(partition.unknownTags)
    }
    writer.tags(topic.unknownTags)
  }
  writer.tags(value.unknownTags)
}

export function readResponse(reader: Reader): ResponseOf<typeof Produce> {
  const responses = []
  const topics = reader.count(3)
  for (let i = 0; i < topics; i++) {
    const name = reader.string()
    const partitionResponses = []
    const partitions = reader.count(33)
    for (let j = 0; j < partitions; j++) {
      const index = reader.int32()
      const errorCode = reader.int16()
      const baseOffset = reader.int64()
      const logAppendTimeMs = reader.int64()
      const logStartOffset = reader.int64()
      const recordErrors = []
      const errors = reader.count(6)
      for (let k = 0; k < errors; k++) {
        const batchIndex = reader.int32()
        const batchIndexErrorMessage = reader.nullableString()
        recordErrors.push(withTags({ batchIndex, batchIndexErrorMessage }, reader))
      }
      const errorMessage = reader.nullableString()
      partitionResponses.push(
        withTags(
          {
            index,
            errorCode,
            baseOffset,
            logAppendTimeMs,
            logStartOffset,
            recordErrors,
            errorMessage,
            currentLeader: NO_LEADER,
          },
          reader,
        ),
      )
    }
    responses.push(withTags({ name, topicId: ZERO, partitionResponses }, reader))
  }
  const throttleTimeMs = reader.int32()
  return withTags({ responses, throttleTimeMs, nodeEndpoints: [] }, reader)
}

export function writeResponse(writer: Writer, value: ResponseOf<typeof Produce>): void {
  writer.varint(value.responses.length + 1)
  for (const topic of value.responses) {
    writer.string(topic.name)
    writer.varint(topic.partitionResponses.length + 1)
    for (const partition of topic.partitionResponses) {
      writer.int32(partition.index)
      writer.int16(partition.errorCode)
      writer.int64(partition.baseOffset)
      writer.int64(partition.logAppendTimeMs)
      writer.int64(partition.logStartOffset)
      writer.varint(partition.recordErrors.length + 1)
      for (const error of partition.recordErrors) {
        writer.int32(error.batchIndex)
        writer.nullableString(error.batchIndexErrorMessage)
        writer.tags(error.unknownTags)
      }
      writer.nullableString(partition.errorMessage)
      writer.tags(partition.unknownTags)
    }
    writer.tags(topic.unknownTags)
  }
  writer.int32(value.throttleTimeMs)
  writer.tags(value.unknownTags)
}
