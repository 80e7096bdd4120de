// Who leads a partition. First an assigned replica that is live and in sync, then one that is eligible (KIP-966), then,
// only where unclean election is allowed, any that is live. Otherwise nobody, and the in-sync set is kept: only its
// members are known to have everything. Where there are no members any more, because all of them lost power, their logs
// are compared.

import type { PartitionState } from '../metadata/topic-nodes.ts'

/** What an election goes by. */
export interface ElectionRules {
  readonly isLive: (brokerId: number) => boolean
  /** unclean.leader.election.enable of the topic; asked only where nobody else can lead. */
  readonly isUncleanAllowed: () => boolean
}

/**
 * The state after an election; the same object when the present leader stays. The leader epoch is raised by every change
 * of the leader, also to none.
 */
export function electLeader(state: PartitionState, rules: ElectionRules): PartitionState {
  if (state.leader !== -1 && rules.isLive(state.leader) && state.isr.includes(state.leader)) {
    return state
  }
  return electAnew(state, rules)
}

/** Gives the leadership to the preferred replica, if it is live and in sync; the same object if it is not, or leads. */
export function electPreferred(
  state: PartitionState,
  { isLive }: Pick<ElectionRules, 'isLive'>,
): PartitionState {
  const [preferred = -1] = state.replicas
  if (state.leader === preferred || !isLive(preferred) || !state.isr.includes(preferred)) {
    return state
  }
  return withLeader(state, preferred, state.isr)
}

/**
 * Ends the leaderships that `brokerId` had in an earlier life: whoever leads now, and be it the same broker, leads under
 * a new epoch. Without that, records that the earlier life lost would leave two histories in one epoch.
 */
export function endLeadership(
  state: PartitionState,
  brokerId: number,
  rules: ElectionRules,
): PartitionState {
  return state.leader === brokerId ? electAnew(state, rules) : electLeader(state, rules)
}

function electAnew(
  state: PartitionState,
  { isLive, isUncleanAllowed }: ElectionRules,
): PartitionState {
  const inSync = state.replicas.find((id) => isLive(id) && state.isr.includes(id))
  if (inSync !== undefined) return withLeader(state, inSync, state.isr)
  const eligible = state.replicas.find((id) => isLive(id) && state.elr.includes(id))
  if (eligible !== undefined) return withLeader(state, eligible, [eligible])
  const { lastKnownElr } = state
  const live =
    state.replicas.find((id) => isLive(id) && lastKnownElr.includes(id)) ??
    state.replicas.find(isLive)
  if (live !== undefined && isUncleanAllowed()) {
    return { ...withLeader(state, live, [live]), lastKnownElr: [], recovering: true }
  }
  return state.leader === -1 ? state : withLeader(state, -1, state.isr)
}

/** Where a replica's log ends. */
export interface LogEnd {
  /** Of its last record, -1 for an empty history. */
  readonly epoch: number
  readonly endOffset: number
}

/** Whether only a comparison of logs can give the partition a leader, and every log that counts can be looked at. */
export function isToBeCompared(
  { leader, isr, elr, lastKnownElr }: PartitionState,
  isLive: (brokerId: number) => boolean,
): boolean {
  if (leader !== -1 || isr.length > 0 || elr.length > 0) return false
  return lastKnownElr.length > 0 && lastKnownElr.every(isLive)
}

/**
 * Gives the leadership to whoever has the record of the highest epoch and, in that epoch, the most of them: no other log
 * can have a committed record that it lacks. `ends` has the log end of every replica in `lastKnownElr`. They stay known:
 * until enough are in sync again, the leader might lose power once more.
 */
export function electLongest(
  state: PartitionState,
  ends: ReadonlyMap<number, LogEnd>,
): PartitionState {
  let best: { readonly id: number; readonly end: LogEnd } | undefined
  for (const id of state.replicas) {
    const end = ends.get(id)
    if (end === undefined || !state.lastKnownElr.includes(id)) continue
    if (best === undefined || isFurther(end, best.end)) best = { id, end }
  }
  if (best === undefined) return state
  const { id } = best
  const lastKnownElr = state.lastKnownElr.filter((other) => other !== id)
  return { ...withLeader(state, id, [id]), lastKnownElr }
}

function isFurther(a: LogEnd, b: LogEnd): boolean {
  return a.epoch === b.epoch ? a.endOffset > b.endOffset : a.epoch > b.epoch
}

function withLeader(state: PartitionState, leader: number, isr: readonly number[]): PartitionState {
  return {
    ...state,
    leader,
    leaderEpoch: state.leaderEpoch + 1,
    isr,
    elr: state.elr.filter((id) => !isr.includes(id)),
    partitionEpoch: state.partitionEpoch + 1,
  }
}
