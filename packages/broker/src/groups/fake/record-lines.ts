// Records of __consumer_offsets in one line each, for transcripts.

import { BatchWalk, controlTypeOf, readRecords, type StoredRecord } from '@samsa/protocol'
import {
  CLASSIC_GROUP,
  decodeClassicGroup,
  decodeClassicGroupId,
} from '../records/classic-records.ts'
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

function describe({ key, value }: StoredRecord, _metadata: FakeMetadata): string {
  if (key === null) return 'no key'
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
        ({ memberId, assignment }) => `${memberId}=${assignment.toString()}`,
      )
      return `group ${groupId} generation ${group.generationId} [${members.join(' ')}]`
    }
    default:
      return `type ${keyType(key)}`
  }
}
