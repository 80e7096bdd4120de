// What a broker that lost records may still be. One that stopped in order, or was killed while its machine ran on, has all
// that it acknowledged. One whose machine lost power may lack the end of its logs; one with an empty disk has nothing.
// Either leaves the in-sync set before it may lead: in it stand only replicas that have every committed record.

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
 * The partition's state when broker `id` comes back with a loss; the same object when that changes nothing. The last replica
 * that has the committed records keeps its place if it lost no more than its end: nobody has more. If it lost everything
 * the set becomes empty, and nobody leads until somebody decides to go on without the records (an unclean election).
 */
export function withoutLostReplica(state: PartitionState, id: number, loss: Loss): PartitionState {
  const { isr, elr, replicas } = state
  if (loss === 'nothing' || !(isr.includes(id) || elr.includes(id))) return state
  // A single replica cannot be compared with anybody.
  if (replicas.length === 1) return state
  const others = isr.filter((member) => member !== id)
  const eligible = elr.filter((member) => member !== id)
  if (loss === 'unsynced' && others.length === 0 && eligible.length === 0) return state
  return { ...state, isr: others, elr: eligible, partitionEpoch: state.partitionEpoch + 1 }
}
