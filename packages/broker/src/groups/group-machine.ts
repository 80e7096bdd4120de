// The state machine of one partition of __consumer_offsets: its groups of every kind and their committed offsets.
// Here is what concerns all groups alike: replay, timeouts after loading, expiry. Invariant: whatever a record of the
// log says is in memory, and replaying the log gives the same groups again.

import { KafkaError } from '@samsa/protocol'
import type { Logger } from '@samsa/world'
import type { StateMachine, Turn } from '../coordinators/state-machine.ts'
import { ClassicGroup, CONSUMER_PROTOCOL_TYPE } from './classic/classic-group.ts'
import {
  type ClassicContext,
  endTimeouts,
  keepSession,
  prepareRebalance,
} from './classic/rebalance.ts'
import type { Explanations } from './explanations.ts'
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
  decodeOffsetKey,
  decodeOffsetValue,
  LEGACY_OFFSET_COMMIT,
  OFFSET_COMMIT,
} from './records/offset-records.ts'
import { keyType } from './records/record-codec.ts'

/** A group of any kind. */
export type Group = ClassicGroup

/** What every partition's machine is given. */
export interface GroupEnvironment {
  readonly settings: GroupSettings
  readonly explanations: Explanations
  readonly logger: Logger
}

/** Groups and offsets of one partition. */
export class GroupMachine implements StateMachine, ClassicContext {
  readonly settings: GroupSettings
  readonly explanations: Explanations
  readonly offsets = new OffsetStore()
  readonly #logger: Logger
  readonly #groups = new Map<string, Group>()
  readonly #unknownTypes = new Set<number>()

  constructor({ settings, explanations, logger }: GroupEnvironment) {
    this.settings = settings
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
    endTimeouts(turn, group)
    this.#groups.delete(group.groupId)
    const record = classicGroupTombstone(group.groupId)
    turn.append(record.key, record.value, () => this.#groups.set(group.groupId, group))
  }

  replay(key: Buffer, value: Buffer | null, producerId: number): void {
    const type = keyType(key)
    switch (type) {
      case LEGACY_OFFSET_COMMIT:
      case OFFSET_COMMIT:
        this.#replayOffset(key, value, producerId)
        return
      case CLASSIC_GROUP:
        this.#replayClassicGroup(decodeClassicGroupId(key), value)
        return
      default:
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
    const options = { nowMs: turn.nowMs, retentionMs: this.settings.offsetsRetentionMs }
    for (const group of [...this.#groups.values()]) {
      const { groupId } = group
      const rule = expiryRule(group)
      if (rule === undefined) continue
      for (const key of expiredOffsets(this.offsets, groupId, rule, options)) {
        removeOffset(turn, this.offsets, key)
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
    for (const groupId of [...this.offsets.groupIds()]) {
      const partitions = this.offsets.ofGroup(groupId).get(topic)
      if (partitions === undefined) continue
      for (const partition of [...partitions.keys()]) {
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

  #replayOffset(key: Buffer, value: Buffer | null, producerId: number): void {
    const offsetKey = decodeOffsetKey(key)
    if (value === null) {
      this.offsets.set(offsetKey, undefined)
      return
    }
    const committed = decodeOffsetValue(value, this.offsets.nextOrder())
    if (producerId !== -1) {
      this.offsets.addPending(producerId, offsetKey, committed)
      return
    }
    this.offsets.set(offsetKey, committed)
    this.#knowGroup(offsetKey.groupId)
  }

  #replayClassicGroup(groupId: string, value: Buffer | null): void {
    if (value === null) this.#groups.delete(groupId)
    else this.#groups.set(groupId, decodeClassicGroup(groupId, value))
  }

  /** Offsets without a group belong to a consumer that assigns itself: an empty group without a protocol. */
  #knowGroup(groupId: string): void {
    if (!this.#groups.has(groupId)) this.createClassicGroup(groupId)
  }
}

/** How a group's offsets expire; undefined while none do. */
function expiryRule(group: Group): ExpiryRule | undefined {
  const isSubscribedTo = (topic: string): boolean => !group.isEmpty && group.isSubscribedTo(topic)
  if (group.protocolType === null) {
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

/** The error for a group that is not there. */
export function groupNotFound(groupId: string): KafkaError {
  return new KafkaError('GROUP_ID_NOT_FOUND', `Group ${groupId} not found.`)
}
