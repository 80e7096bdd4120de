// The state machine of one partition of __consumer_offsets: its groups of every kind and their committed offsets.
// Here is what concerns all groups alike: replay, timeouts after loading, expiry. Invariant: whatever a record of the
// log says is in memory, and replaying the log gives the same groups again.

import { KafkaError } from '@samsa/protocol'
import type { Logger } from '@samsa/world'
import type { ReplayedRecord, StateMachine, Turn } from '../coordinators/state-machine.ts'
import { ClassicGroup, CONSUMER_PROTOCOL_TYPE } from './classic/classic-group.ts'
import { NO_BYTES } from './classic/messages.ts'
import { endTimeouts, keepSession, prepareRebalance } from './classic/rebalance.ts'
import { ConsumerGroup } from './consumer/consumer-group.ts'
import type { FenceReason } from './consumer/context.ts'
import { fenceMembers } from './consumer/fence.ts'
import { expectRevocation, keepConsumerSession } from './consumer/member-timeouts.ts'
import { type MigrationContext, writeTombstones } from './consumer/migration.ts'
import type { Topics } from './consumer/topics.ts'
import type { Explanations } from './explanations.ts'
import type { GroupMetrics } from './group-metrics.ts'
import type { GroupSettings } from './group-settings.ts'
import { expiredOffsets, type ExpiryRule } from './offsets/offset-expiry.ts'
import { removeOffset } from './offsets/offset-commit.ts'
import { OffsetStore } from './offsets/offset-store.ts'
import {
  CLASSIC_GROUP,
  classicGroupRecord,
  classicGroupTombstone,
  decodeClassicGroup,
  decodeClassicGroupId,
} from './records/classic-records.ts'
import {
  type ConsumerRecord,
  decodeConsumerRecord,
  encodeConsumerRecord,
  isConsumerKeyType,
} from './records/consumer-records.ts'
import { LEGACY_OFFSET_COMMIT, OFFSET_COMMIT } from './records/offset-records.ts'
import type { OffsetReader } from './records/offset-replay.ts'

/** A group of any kind. */
export type Group = ClassicGroup | ConsumerGroup

/** What every partition's machine is given. */
export interface GroupEnvironment {
  readonly settings: GroupSettings
  readonly topics: Topics
  readonly explanations: Explanations
  readonly metrics: GroupMetrics
  readonly logger: Logger
  /** Reads offsets while partitions are loaded. */
  offsetReader(): OffsetReader
}

/** Groups and offsets of one partition. */
export class GroupMachine implements StateMachine, MigrationContext {
  readonly settings: GroupSettings
  readonly explanations: Explanations
  readonly topics: Topics
  readonly offsets = new OffsetStore()
  readonly #logger: Logger
  readonly #groups = new Map<string, Group>()
  readonly #unknownTypes = new Set<number>()
  readonly #environment: GroupEnvironment

  constructor(environment: GroupEnvironment) {
    const { settings, explanations, topics, logger } = environment
    this.#environment = environment
    this.settings = settings
    this.topics = topics
    this.explanations = explanations
    this.#logger = logger
  }

  group(groupId: string): Group | undefined {
    return this.#groups.get(groupId)
  }

  groups(): Iterable<Group> {
    return this.#groups.values()
  }

  classicGroup(groupId: string): ClassicGroup | undefined {
    const group = this.#groups.get(groupId)
    return group?.type === 'classic' ? group : undefined
  }

  consumerGroup(groupId: string): ConsumerGroup | undefined {
    const group = this.#groups.get(groupId)
    return group?.type === 'consumer' ? group : undefined
  }

  replaceGroup(group: Group): void {
    this.#groups.set(group.groupId, group)
  }

  write(turn: Turn, group: ConsumerGroup, record: ConsumerRecord): void {
    const { key, value } = encodeConsumerRecord(record)
    turn.append(key, value)
    group.apply(record)
  }

  fence(turn: Turn, group: ConsumerGroup, memberId: string, why: FenceReason): void {
    fenceMembers(this, turn, group, new Set([memberId]), why)
  }

  /** An empty classic group; it is written with its first generation. */
  createClassicGroup(groupId: string): ClassicGroup {
    const group = new ClassicGroup(groupId)
    this.#groups.set(groupId, group)
    return group
  }

  writeGroup(turn: Turn, group: ClassicGroup): void {
    const record = classicGroupRecord(group)
    turn.append(record.key, record.value)
  }

  /** Removes an empty group; its offsets are the caller's business. */
  deleteGroup(turn: Turn, group: Group): void {
    this.#groups.delete(group.groupId)
    if (group.type === 'consumer') {
      writeTombstones(this, turn, group)
      return
    }
    endTimeouts(turn, group)
    const record = classicGroupTombstone(group.groupId)
    turn.append(record.key, record.value, () => this.#groups.set(group.groupId, group))
  }

  replay(record: ReplayedRecord, producerId: number): void {
    const type = record.keyLength < 2 ? -1 : record.bytes.readInt16BE(record.keyPosition)
    if (type === OFFSET_COMMIT || type === LEGACY_OFFSET_COMMIT) {
      this.#replayOffset(record, producerId)
      return
    }
    const key = record.key() ?? NO_BYTES
    const value = record.value()
    switch (type) {
      case CLASSIC_GROUP:
        this.#replayClassicGroup(decodeClassicGroupId(key), value)
        return
      default:
        if (isConsumerKeyType(type)) {
          this.#replayConsumerGroup(decodeConsumerRecord(type, key, value))
          return
        }
        // Written by a newer broker, or for a kind of group that is not served here: kept in the log, not understood.
        if (this.#unknownTypes.has(type)) return
        this.#unknownTypes.add(type)
        this.#logger.warn({ type }, 'Records of an unknown type were skipped.')
    }
  }

  replayMarker(producerId: number, committed: boolean): void {
    const { keys } = this.offsets.endTransaction(producerId, committed)
    for (const { groupId } of keys) this.#knowGroup(groupId)
  }

  loaded(turn: Turn): void {
    for (const group of this.#groups.values()) {
      if (group.type === 'consumer') {
        this.#consumerGroupLoaded(turn, group)
        continue
      }
      for (const member of group.members.values()) keepSession(this, turn, group, member)
      if (group.members.size > this.settings.maxSize) {
        const reason = `The group has more than ${this.settings.maxSize} members.`
        prepareRebalance(this, turn, group, { reason })
      }
    }
    this.#scheduleExpiry(turn)
  }

  /** Ends a producer's transaction in memory; returns a function that takes it back. */
  endTransaction(producerId: number, isCommit: boolean): () => void {
    const { keys, undo } = this.offsets.endTransaction(producerId, isCommit)
    for (const { groupId } of keys) this.#knowGroup(groupId)
    return undo
  }

  /** Forgets offsets whose time is over, and groups that have neither members nor offsets. */
  expireOffsets(turn: Turn): void {
    const options = {
      nowMs: turn.nowMs,
      retentionMs: this.settings.offsetsRetentionMinutes * 60_000,
    }
    for (const group of this.#groups.values()) {
      const { groupId } = group
      const rule = expiryRule(group)
      if (rule === undefined) continue
      for (const key of expiredOffsets(this.offsets, groupId, rule, options)) {
        removeOffset(turn, this.offsets, key)
        this.#environment.metrics.offsetExpirations.add(1)
      }
      const isUseless =
        group.isEmpty &&
        this.offsets.ofGroup(groupId).size === 0 &&
        !this.offsets.hasPending(groupId)
      if (isUseless) this.deleteGroup(turn, group)
    }
  }

  /** A topic is gone: what was committed for it means nothing any more. */
  removeTopicOffsets(turn: Turn, topic: string): void {
    for (const groupId of this.offsets.groupIds()) {
      const partitions = this.offsets.ofGroup(groupId).get(topic)
      if (partitions === undefined) continue
      for (const partition of partitions.keys()) {
        removeOffset(turn, this.offsets, { groupId, topic, partition })
      }
    }
  }

  #scheduleExpiry(turn: Turn): void {
    turn.schedule('expire-offsets', this.settings.offsetsRetentionCheckIntervalMs, (later) => {
      this.expireOffsets(later)
      this.#scheduleExpiry(later)
    })
  }

  #replayOffset(record: ReplayedRecord, producerId: number): void {
    const reader = this.#environment.offsetReader()
    const key = reader.key(record)
    if (record.valueLength < 0) {
      this.offsets.set(key, undefined)
      return
    }
    const committed = reader.value(record, this.offsets.nextOrder())
    if (producerId !== -1) {
      this.offsets.addPending(producerId, key, committed)
      return
    }
    this.offsets.set(key, committed)
    this.#knowGroup(key.groupId)
  }

  #replayClassicGroup(groupId: string, value: Buffer | null): void {
    if (value !== null) this.#groups.set(groupId, decodeClassicGroup(groupId, value))
    else if (this.classicGroup(groupId) !== undefined) this.#groups.delete(groupId)
  }

  #replayConsumerGroup(record: ConsumerRecord): void {
    const { groupId, value } = record
    const known = this.consumerGroup(groupId)
    if (record.kind === 'group-epoch' && value === null) {
      if (known !== undefined) this.#groups.delete(groupId)
      return
    }
    if (known === undefined && value === null) return
    // A classic group in its place only holds offsets, or was given up by a tombstone that is compacted away.
    const group = known ?? new ConsumerGroup(groupId)
    if (known === undefined) this.#groups.set(groupId, group)
    group.apply(record)
  }

  #consumerGroupLoaded(turn: Turn, group: ConsumerGroup): void {
    const { groupId } = group
    for (const member of group.members.values()) {
      const { memberId, memberEpoch, classic, rebalanceTimeoutMs: timeoutMs } = member
      keepConsumerSession(this, turn, { groupId, memberId }, classic?.sessionTimeoutMs)
      if (classic === null && member.state === 'unrevoked-partitions') {
        expectRevocation(this, turn, { groupId, memberId }, { memberEpoch, timeoutMs })
      }
    }
  }

  /** Offsets without a group belong to a consumer that assigns itself: an empty group without a protocol. */
  #knowGroup(groupId: string): void {
    if (!this.#groups.has(groupId)) this.createClassicGroup(groupId)
  }
}

/** How a group's offsets expire; undefined while none do. */
function expiryRule(group: Group): ExpiryRule | undefined {
  const isSubscribedTo = (topic: string): boolean => !group.isEmpty && group.isSubscribedTo(topic)
  if (group.type === 'consumer' || group.protocolType === null) {
    return { baseTimestampMs: (committed) => committed.commitTimestampMs, isSubscribedTo }
  }
  if (group.isEmpty) {
    const { stateSinceMs } = group
    return {
      baseTimestampMs: ({ commitTimestampMs }) =>
        stateSinceMs === -1 ? commitTimestampMs : stateSinceMs,
      isSubscribedTo,
    }
  }
  const knowsTopics =
    group.protocolType === CONSUMER_PROTOCOL_TYPE && group.subscribedTopics !== undefined
  if (group.state.kind !== 'Stable' || !knowsTopics) return undefined
  return { baseTimestampMs: (committed) => committed.commitTimestampMs, isSubscribedTo }
}

/** The error for a group that is not there, or is not of the kind that was asked for. */
export function groupNotFound(groupId: string, wanted?: 'classic' | 'consumer'): KafkaError {
  const what = wanted === undefined ? 'not found' : `is not a ${wanted} group`
  return new KafkaError('GROUP_ID_NOT_FOUND', `Group ${groupId} ${what}.`)
}
