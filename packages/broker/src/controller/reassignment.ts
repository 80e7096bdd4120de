// A move of a partition to other brokers, from its start to its end, as states of the partition: nothing of it lives in
// memory alone, so whoever is controller carries it on. While it is under way the replicas are those of the target and then
// those that will go; it ends in one step when the whole target is in sync.

import type { PartitionState } from '../metadata/topic-nodes.ts'
import { electLeader, type ElectionRules } from './leader-election.ts'

/** Whether a reassignment is under way. */
export function isMoving(state: Pick<PartitionState, 'adding' | 'removing'>): boolean {
  return state.adding.length > 0 || state.removing.length > 0
}

/** The replicas before the move, or without one. */
export function originalReplicas({ replicas, adding }: PartitionState): readonly number[] {
  return replicas.filter((id) => !adding.includes(id))
}

/** The replicas after the move. */
function targetReplicas({ replicas, removing }: PartitionState): readonly number[] {
  return replicas.filter((id) => !removing.includes(id))
}

/** Begins a move to `target`, in place of one that is under way; ends it at once if nobody has to catch up. */
export function beginReassignment(
  state: PartitionState,
  target: readonly number[],
  rules: ElectionRules,
): PartitionState {
  const original = originalReplicas(state)
  const adding = target.filter((id) => !original.includes(id))
  const removing = original.filter((id) => !target.includes(id))
  const replicas = [...target, ...removing]
  // Replicas that an earlier move was adding, and this one is not, are let go now.
  const kept: PartitionState = {
    ...state,
    replicas,
    adding,
    removing,
    isr: state.isr.filter((id) => replicas.includes(id)),
    elr: state.elr.filter((id) => replicas.includes(id)),
    lastKnownElr: state.lastKnownElr.filter((id) => replicas.includes(id)),
    partitionEpoch: state.partitionEpoch + 1,
  }
  const begun = ledWithin(kept, rules)
  return completeReassignment(begun, rules)
}

/** Ends a move without it having happened; undefined when nobody who stays could lead then. */
export function cancelReassignment(
  state: PartitionState,
  rules: ElectionRules,
): PartitionState | undefined {
  const replicas = originalReplicas(state)
  const isr = state.isr.filter((id) => replicas.includes(id))
  const elr = state.elr.filter((id) => replicas.includes(id))
  if (isr.length === 0 && elr.length === 0) return undefined
  const { partitionEpoch } = state
  const lastKnownElr = state.lastKnownElr.filter((id) => replicas.includes(id))
  const settled = { ...state, replicas, isr, elr, lastKnownElr, adding: [], removing: [] }
  return ledWithin({ ...settled, partitionEpoch: partitionEpoch + 1 }, rules)
}

/** The end of a move if the whole target is in sync; the same object if not, or if there is none. */
export function completeReassignment(state: PartitionState, rules: ElectionRules): PartitionState {
  if (!isMoving(state)) return state
  const replicas = targetReplicas(state)
  if (!replicas.every((id) => state.isr.includes(id))) return state
  const settled = {
    ...state,
    replicas,
    isr: replicas,
    elr: [],
    lastKnownElr: [],
    adding: [],
    removing: [],
  }
  return ledWithin({ ...settled, partitionEpoch: state.partitionEpoch + 1 }, rules)
}

/** A leader that is no replica any more hands over. */
function ledWithin(state: PartitionState, rules: ElectionRules): PartitionState {
  if (state.leader === -1 || state.replicas.includes(state.leader)) return state
  return electLeader(state, rules)
}
