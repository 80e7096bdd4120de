/** JoinGroup version 9, written by hand. */

import type { RequestOf, ResponseOf } from '@samsa/protocol'
import type { JoinGroup } from '@samsa/protocol'
import type { Reader, Writer } from './cursor.ts'

function withTags<T>(value: T, reader: Reader): T {
  const unknownTags = reader.tags()
  return unknownTags === undefined ? value : { ...value, unknownTags }
}

export function readRequest(reader: Reader): RequestOf<typeof JoinGroup> {
  const groupId = reader.string()
  const sessionTimeoutMs = reader.int32()
  const rebalanceTimeoutMs = reader.int32()
  const memberId = reader.string()
  const groupInstanceId = reader.nullableString()
  const protocolType = reader.string()
  const protocols = []
  const count = reader.count(3)
  for (let i = 0; i < count; i++) {
    const name = reader.string()
    const metadata = reader.bytes()
    protocols.push(withTags({ name, metadata }, reader))
  }
  const reason = reader.nullableString()
  return withTags(
    {
      groupId,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId,
      groupInstanceId,
      protocolType,
      protocols,
      reason,
    },
    reader,
  )
}

export function writeRequest(writer: Writer, value: RequestOf<typeof JoinGroup>): void {
  writer.string(value.groupId)
  writer.int32(value.sessionTimeoutMs)
  writer.int32(value.rebalanceTimeoutMs)
  writer.string(value.memberId)
  writer.nullableString(value.groupInstanceId)
  writer.string(value.protocolType)
  writer.varint(value.protocols.length + 1)
  for (const protocol of value.protocols) {
    writer.string(protocol.name)
    writer.bytes(protocol.metadata)
    writer.tags(protocol.unknownTags)
  }
  writer.nullableString(value.reason)
  writer.tags(value.unknownTags)
}

export function readResponse(reader: Reader): ResponseOf<typeof JoinGroup> {
  const throttleTimeMs = reader.int32()
  const errorCode = reader.int16()
  const generationId = reader.int32()
  const protocolType = reader.nullableString()
  const protocolName = reader.nullableString()
  const leader = reader.string()
  const skipAssignment = reader.bool()
  const memberId = reader.string()
  const members = []
  const count = reader.count(4)
  for (let i = 0; i < count; i++) {
    const id = reader.string()
    const groupInstanceId = reader.nullableString()
    const metadata = reader.bytes()
    members.push(withTags({ memberId: id, groupInstanceId, metadata }, reader))
  }
  return withTags(
    {
      throttleTimeMs,
      errorCode,
      generationId,
      protocolType,
      protocolName,
      leader,
      skipAssignment,
      memberId,
      members,
    },
    reader,
  )
}

export function writeResponse(writer: Writer, value: ResponseOf<typeof JoinGroup>): void {
  writer.int32(value.throttleTimeMs)
  writer.int16(value.errorCode)
  writer.int32(value.generationId)
  writer.nullableString(value.protocolType)
  writer.nullableString(value.protocolName)
  writer.string(value.leader)
  writer.bool(value.skipAssignment)
  writer.string(value.memberId)
  writer.varint(value.members.length + 1)
  for (const member of value.members) {
    writer.string(member.memberId)
    writer.nullableString(member.groupInstanceId)
    writer.bytes(member.metadata)
    writer.tags(member.unknownTags)
  }
  writer.tags(value.unknownTags)
}
