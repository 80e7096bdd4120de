// Classic groups as records of __consumer_offsets: key type 2. A record holds the whole group as of its last
// generation; members that joined since are not in the log, and join again if the coordinator moves.

import { GroupMetadataKey, GroupMetadataValue } from '@samsa/protocol'
import { ClassicGroup } from '../classic/classic-group.ts'
import { ClassicMember } from '../classic/classic-member.ts'
import {
  decodeKey,
  decodeValue,
  encodeKey,
  encodeValue,
  type EncodedRecord,
} from './record-codec.ts'

export const CLASSIC_GROUP = 2

/** What Kafka 3 and 4 write. */
const VALUE_VERSION = 3

/** The record of a group. */
export function classicGroupRecord(group: ClassicGroup): EncodedRecord {
  const value = encodeValue(VALUE_VERSION, GroupMetadataValue, {
    protocolType: group.protocolType ?? '',
    generation: group.generationId,
    protocol: group.protocolName,
    leader: group.leaderId,
    currentStateTimestamp: group.stateSinceMs,
    members: Array.from(group.members.values(), (member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      rebalanceTimeout: member.rebalanceTimeoutMs,
      sessionTimeout: member.sessionTimeoutMs,
      subscription: member.metadata(group.protocolName),
      assignment: member.assignment,
    })),
  })
  return { key: classicGroupKey(group.groupId), value }
}

/** The tombstone of a group. */
export function classicGroupTombstone(groupId: string): EncodedRecord {
  return { key: classicGroupKey(groupId), value: null }
}

function classicGroupKey(groupId: string): Buffer {
  return encodeKey(CLASSIC_GROUP, GroupMetadataKey, { group: groupId })
}

export function decodeClassicGroupId(key: Buffer): string {
  return decodeKey(GroupMetadataKey, key).group
}

/** The group a record holds: stable with its members, or empty. */
export function decodeClassicGroup(groupId: string, value: Buffer): ClassicGroup {
  const fields = decodeValue(GroupMetadataValue, value)
  const group = new ClassicGroup(groupId)
  group.generationId = fields.generation
  for (const member of fields.members) {
    // Bytes are copied: the record's memory is not ours.
    const metadata = Buffer.from(member.subscription)
    const rebalanceTimeoutMs =
      member.rebalanceTimeout === -1 ? member.sessionTimeout : member.rebalanceTimeout
    const loaded = new ClassicMember({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      rebalanceTimeoutMs,
      sessionTimeoutMs: member.sessionTimeout,
      protocols: [{ name: fields.protocol ?? '', metadata }],
      assignment: Buffer.from(member.assignment),
    })
    group.add(loaded, fields.protocolType, undefined)
  }
  group.leaderId = fields.leader
  group.protocolType = fields.protocolType === '' ? null : fields.protocolType
  group.protocolName = fields.protocol
  const kind = group.members.size === 0 ? 'Empty' : 'Stable'
  group.enter({ kind }, fields.currentStateTimestamp)
  group.refreshSubscribedTopics()
  return group
}
