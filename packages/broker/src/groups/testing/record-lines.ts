// Records of __consumer_offsets in one line each, for transcripts.

import {
  BatchWalk,
  ConsumerProtocolAssignment,
  controlTypeOf,
  readRecords,
  type StoredRecord,
} from '@samsa/protocol'
import {
  CLASSIC_GROUP,
  decodeClassicGroup,
  decodeClassicGroupId,
} from '../records/classic-records.ts'
import {
  type ConsumerRecord,
  decodeConsumerRecord,
  isConsumerKeyType,
} from '../records/consumer-records.ts'
import { toLists } from '../consumer/assignment.ts'
import { decodeOffsetKey, decodeOffsetValue, OFFSET_COMMIT } from '../records/offset-records.ts'
import { keyType } from '../records/record-codec.ts'
import type { FakeMetadata } from './fake-cluster.ts'

/** The records of one batch. */
export function describeRecords(bytes: Buffer, metadata: FakeMetadata): string[] {
  const walk = new BatchWalk(bytes)
  walk.next()
  const { batch } = walk
  const origin = batch.isTransactional ? ` (producer ${batch.producerId})` : ''
  return readRecords(batch).records.map((record) => {
    const line = batch.isControl ? `${controlTypeOf(record.key)}` : describe(record, metadata)
    return `${line}${origin}`
  })
}

/** An assignment of a classic member: the text a transcript gave it, or what the coordinator wrote. */
export function showAssignment(bytes: Buffer): string {
  if (/^[\x20-\x7e]*$/.test(bytes.toString('latin1'))) return bytes.toString()
  const { assignedPartitions } = ConsumerProtocolAssignment.decode(bytes.readInt16BE(0), bytes, 2)
  return assignedPartitions
    .map(({ topic, partitions }) => `${topic}/${partitions.join(',')}`)
    .join(' ')
}

function describe({ key, value }: StoredRecord, metadata: FakeMetadata): string {
  if (key === null) return 'no key'
  if (isConsumerKeyType(keyType(key))) {
    return describeConsumer(decodeConsumerRecord(keyType(key), key, value), metadata)
  }
  switch (keyType(key)) {
    case OFFSET_COMMIT: {
      const { groupId, topic, partition } = decodeOffsetKey(key)
      const offset = value === null ? 'gone' : decodeOffsetValue(value, 0).offset
      return `offset ${groupId} ${topic}/${partition}@${offset}`
    }
    case CLASSIC_GROUP: {
      const groupId = decodeClassicGroupId(key)
      if (value === null) return `group ${groupId} gone`
      const group = decodeClassicGroup(groupId, value)
      const members = [...group.members.values()].map(
        ({ memberId, assignment }) => `${memberId}=${showAssignment(assignment)}`,
      )
      return `group ${groupId} generation ${group.generationId} [${members.join(' ')}]`
    }
    default:
      return `type ${keyType(key)}`
  }
}

function describeConsumer(record: ConsumerRecord, metadata: FakeMetadata): string {
  const { groupId } = record
  const show = (assignment: Parameters<typeof toLists>[0]): string =>
    toLists(assignment)
      .map(({ topicId, partitions }) => `${metadata.nameOf(topicId)}/${partitions.join(',')}`)
      .join(' ')
  switch (record.kind) {
    case 'group-epoch':
      return `epoch ${groupId} ${record.value?.epoch ?? 'gone'}`
    case 'partition-metadata':
      return `metadata ${groupId} gone`
    case 'member': {
      const { value, memberId } = record
      if (value === null) return `member ${groupId} ${memberId} gone`
      const topics = [...value.subscribedTopicNames, value.subscribedTopicRegex]
      return `member ${groupId} ${memberId} ${topics.filter((name) => name !== '').join(',')}`
    }
    case 'target-epoch':
      return `target ${groupId} ${record.value?.assignmentEpoch ?? 'gone'}`
    case 'target-member':
      return `target ${groupId} ${record.memberId} ${record.value ? `[${show(record.value)}]` : 'gone'}`
    case 'current-member': {
      const { value, memberId } = record
      if (value === null) return `current ${groupId} ${memberId} gone`
      const revoked =
        value.pendingRevocation.size > 0 ? ` minus [${show(value.pendingRevocation)}]` : ''
      const has = `[${show(value.assigned)}]${revoked}`
      return `current ${groupId} ${memberId}@${value.memberEpoch} ${value.state} ${has}`
    }
    case 'regex':
      return `regex ${groupId} ${record.regex} ${record.value?.topics.join(',') ?? 'gone'}`
  }
}
