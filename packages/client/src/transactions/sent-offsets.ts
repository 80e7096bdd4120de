// What `sendOffsets` takes: who reads, and how far that has come.

/** Who reads, as a consumer of a group says it. */
export interface GroupMetadata {
  readonly groupId: string
  /** Generation of a classic group, epoch of a member otherwise; -1 for a reader that is in no group. */
  readonly generationId: number
  /** Empty for a reader that is in no group. */
  readonly memberId: string
  readonly groupInstanceId: string | null
}

/** A consumer, or what one says of itself. */
export type GroupReader = GroupMetadata | { groupMetadata(): GroupMetadata }

/** Where a group goes on in one partition: the offset of the next record to read, not of the last one read. */
export interface NextOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly leaderEpoch?: number
  readonly metadata?: string
}

/** A record that was read; everything before it counts as read too. */
interface ReadRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** What was read: a record, a batch of them, or a list of where to go on. */
export type ReadProgress =
  | ReadRecord
  | {
      readonly topic: string
      readonly partition: number
      readonly records: readonly ReadRecord[]
    }
  | readonly NextOffset[]

/** The group of a consumer. */
export function groupOf(member: GroupReader): GroupMetadata {
  return 'groupMetadata' in member ? member.groupMetadata() : member
}

/** Where the group goes on after `progress`. */
export function nextOffsets(progress: ReadProgress): readonly NextOffset[] {
  if (isList(progress)) return progress
  const last = 'records' in progress ? progress.records.at(-1) : progress
  if (last === undefined) return []
  const { topic, partition } = progress
  return [{ topic, partition, offset: last.offset + 1 }]
}

function isList(progress: ReadProgress): progress is readonly NextOffset[] {
  return Array.isArray(progress)
}
