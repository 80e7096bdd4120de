// What the steps of the consumer protocol need besides the group: writing records, which changes the group, and the
// timeouts of members.

import type { Turn } from '../../coordinators/state-machine.ts'
import type { ClassicGroup } from '../classic/classic-group.ts'
import type { Explanations } from '../explanations.ts'
import type { GroupSettings } from '../group-settings.ts'
import type { ConsumerRecord } from '../records/consumer-records.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { Topics } from './topics.ts'

/** Given to every step. */
export interface ConsumerContext {
  readonly settings: GroupSettings
  readonly explanations: Explanations
  readonly topics: Topics
  /** The consumer group of this id; undefined when there is none (any more). */
  consumerGroup(groupId: string): ConsumerGroup | undefined
  /** Appends a record and applies it to the group. */
  write(turn: Turn, group: ConsumerGroup, record: ConsumerRecord): void
  /** A member is out of time. The group may become a classic one by that. */
  fence(turn: Turn, group: ConsumerGroup, memberId: string, why: FenceReason): void
  /** From now on this group is that of its id. */
  replaceGroup(group: ConsumerGroup | ClassicGroup): void
}

/** Why a member is taken out of its group. */
export interface FenceReason {
  readonly kind: 'left' | 'expired'
  readonly reason: string
  readonly request?: string
}
