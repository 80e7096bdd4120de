// What changes the tree, and what comes of it. The same values go through the journal, the state machine and the
// watches.

import type { MultiResult, Node, Operation } from '../coordination.ts'

/** One atomic change as it was asked for. Applied to the same tree it always gives the same outcome. */
export type Transaction =
  | {
      readonly kind: 'multi'
      /** Owner of the ephemeral nodes that it creates. */
      readonly sessionId: string
      readonly operations: readonly Operation[]
    }
  /** Removes the ephemeral nodes of one session. */
  | { readonly kind: 'end-session'; readonly sessionId: string }
  /** Removes every ephemeral node: what comes first after a crash, which no session outlives. */
  | { readonly kind: 'end-all-sessions' }

/** One node as a transaction leaves it. */
export interface Change {
  readonly path: string
  /** The node from now on; `undefined` when it is gone. */
  readonly after: Node | undefined
  /** False where only the count of children moved, which watches do not report. */
  readonly reported: boolean
}

/** What a transaction does to a tree: its result and, in order, the changes that carry it out (none if it failed). */
export interface Outcome {
  readonly result: MultiResult
  readonly changes: readonly Change[]
}
