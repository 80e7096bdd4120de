// Where a coordinator is: what FindCoordinator asks of each kind.

/** Kinds of coordinators, by FindCoordinator's key type. */
export const CoordinatorKind = { group: 0, transaction: 1 } as const

/** Knows which broker coordinates a key. */
export interface CoordinatorLocator {
  /** The broker's id; undefined while there is none. Creates the internal topic on first use. */
  coordinatorOf(key: string): Promise<number | undefined>
}
