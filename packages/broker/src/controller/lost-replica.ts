// What a broker that lost records may still be. One that stopped in order, or was killed while its machine ran on, has all
// that it acknowledged. One whose machine lost power may lack the end of its logs; one with an empty disk has nothing.
// Either leaves the in-sync set before it may lead: in it stand only replicas that have every committed record. Who lacks
// no more than its end is remembered: when all have lost theirs at once, the longest log of them is the best there is.

import type { PartitionState } from '../metadata/topic-nodes.ts'

/** What may be missing in a broker's logs since the controller last took note of it. */
export type Loss = 'nothing' | 'unsynced' | 'everything'

/** How a broker's earlier life ended, as its directories and its machine tell. */
export interface EarlierLife {
  /** 'none': a directory has no trace of an earlier life. */
  readonly lastShutdown: 'clean' | 'unclean' | 'none'
  /** Names the run of the machine; '' where the system does not tell. */
  readonly bootId: string
}

/** What is missing; `known` is what was noted of the life before, undefined for a broker that was never seen. */
export function lossOf(
  { lastShutdown, bootId }: EarlierLife,
  known: { readonly bootId: string } | undefined,
): Loss {
  if (known === undefined || lastShutdown === 'clean') return 'nothing'
  if (lastShutdown === 'none') return 'everything'
  // The page cache outlives a process, not the machine.
  return bootId !== '' && bootId === known.bootId ? 'nothing' : 'unsynced'
}

/**
 * The partition's state when broker `id` comes back with a loss; the same object when that changes nothing. When nobody is
 * left in sync or eligible, those who lost no more than their end are compared before one of them leads. If there are none
 * either, nobody leads until somebody decides to go on without the records (an unclean election).
 */
export function withoutLostReplica(state: PartitionState, id: number, loss: Loss): PartitionState {
  const { isr, elr, replicas, lastKnownElr } = state
  const wasInSync = isr.includes(id) || elr.includes(id)
  const isConcerned = wasInSync || (loss === 'everything' && lastKnownElr.includes(id))
  if (loss === 'nothing' || !isConcerned) return state
  // A single replica cannot be compared with anybody.
  if (replicas.length === 1) return state
  const without = (ids: readonly number[]): readonly number[] => ids.filter((other) => other !== id)
  const known = without(lastKnownElr)
  return {
    ...state,
    isr: without(isr),
    elr: without(elr),
    lastKnownElr: loss === 'unsynced' ? [...known, id] : known,
    partitionEpoch: state.partitionEpoch + 1,
  }
}
