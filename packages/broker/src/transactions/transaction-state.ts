// The states of a transaction, with the numbers they have in the log and the states each may follow. Invariant: a
// transaction's end is decided when it is prepared; from then on there is only one way.

/** Kafka's names, as DescribeTransactions tells them. */
export const transactionStates = {
  /** A producer has its id and epoch, and has begun nothing yet. */
  Empty: { id: 0, follows: ['Empty', 'CompleteCommit', 'CompleteAbort'] },
  /** Partitions have been added. */
  Ongoing: { id: 1, follows: ['Ongoing', 'Empty', 'CompleteCommit', 'CompleteAbort'] },
  /** The transaction will be committed, whatever happens; its markers are on their way. */
  PrepareCommit: { id: 2, follows: ['Ongoing'] },
  /** The transaction will be aborted. With transaction version 2 also one that nobody knows to have begun. */
  PrepareAbort: { id: 3, follows: ['Ongoing', 'Empty', 'CompleteCommit', 'CompleteAbort'] },
  /** Every partition has its marker. */
  CompleteCommit: { id: 4, follows: ['PrepareCommit'] },
  CompleteAbort: { id: 5, follows: ['PrepareAbort'] },
  /** About to be forgotten. Never in the log: there a tombstone stands. */
  Dead: { id: 6, follows: ['Empty', 'CompleteCommit', 'CompleteAbort'] },
  /** The epoch is being raised to fence a producer. Never in the log: the abort that follows is written with it. */
  PrepareEpochFence: { id: 7, follows: ['Ongoing'] },
} as const

/** Name of a state. */
export type TransactionStateName = keyof typeof transactionStates

const byId = new Map(
  Object.entries(transactionStates).map(([name, { id }]) => [id as number, name]),
) as ReadonlyMap<number, TransactionStateName>

/** The state with this number in the log. */
export function stateOfId(id: number): TransactionStateName | undefined {
  return byId.get(id)
}

/** Whether this is the name of a state. */
export function isStateName(name: string): name is TransactionStateName {
  return Object.hasOwn(transactionStates, name)
}

/** Whether `next` may come after `state`. */
export function mayFollow(state: TransactionStateName, next: TransactionStateName): boolean {
  return (transactionStates[next].follows as readonly string[]).includes(state)
}
