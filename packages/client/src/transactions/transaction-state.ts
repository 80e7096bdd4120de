// Where a transactional producer stands. Pure: `after` says what an event makes of a state.
//
//   unknown ── initialized ──> ready ── begun ──> open ── ending ──> ending ── ended ──> ready
//      ^                                           │                   │
//      │                                           └── failed ──> failed ── ending ──> ending
//      └────────────── uncertain (from ending) ─────────────────────────┘
//
// `fenced` leads from everywhere to `fenced`, which nothing leaves: another producer has taken the transactional id.
//
// Invariant: a failed transaction can only be aborted.

import { assert } from '@samsa/world'

/** Where a transactional producer stands. */
export type TransactionState =
  /** What the coordinator holds of this producer has to be asked for with InitProducerId first. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'open' }
  /** Something of the transaction could not be written. */
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'ending'; readonly isCommit: boolean; readonly error: unknown }
  | { readonly kind: 'fenced'; readonly error: unknown }

/** What can happen to it. */
export type TransactionEvent =
  | { readonly kind: 'initialized' | 'begun' | 'ended' | 'uncertain' }
  | { readonly kind: 'ending'; readonly isCommit: boolean }
  | { readonly kind: 'failed' | 'fenced'; readonly error: unknown }

/** The state after an event. */
export function after(state: TransactionState, event: TransactionEvent): TransactionState {
  if (state.kind === 'fenced') return state
  switch (event.kind) {
    case 'fenced':
      return { kind: 'fenced', error: event.error }
    case 'initialized':
      assert(state.kind === 'unknown', 'Only what is unknown is asked for.')
      return { kind: 'ready' }
    case 'begun':
      assert(state.kind === 'ready', 'A transaction begins when the one before is over.')
      return { kind: 'open' }
    case 'failed':
      return failed(state, event.error)
    case 'ending': {
      const isOpen = state.kind === 'open' || state.kind === 'failed' || state.kind === 'ending'
      assert(isOpen, 'What is ended was begun.')
      assert(!event.isCommit || state.kind === 'open', 'Only what is whole is committed.')
      const error = state.kind === 'open' ? undefined : state.error
      return { kind: 'ending', isCommit: event.isCommit, error }
    }
    case 'ended':
      assert(state.kind === 'ending', 'What has ended was ending.')
      return { kind: 'ready' }
    case 'uncertain':
      return { kind: 'unknown' }
  }
}

/** The first error is the one that counts; outside of a transaction there is nothing to fail. */
function failed(state: TransactionState, error: unknown): TransactionState {
  if (state.kind === 'open') return { kind: 'failed', error }
  if (state.kind === 'ending' && state.isCommit && state.error === undefined) {
    return { ...state, error }
  }
  return state
}
