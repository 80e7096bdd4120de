// What is known of one transactional id, and the steps it can take. A transaction is a value; a step gives the next one.
// Which step a request may cause is decided elsewhere; here is what each step does to ids, epochs and times.
//
// Epochs. Who calls InitProducerId gets an epoch higher than all before it. With transaction version 2 (KIP-890) the end
// of every transaction raises it once more, so that nothing that belongs to one transaction, however late it arrives, can
// become part of the next. 32767 is kept for fencing: a producer never gets it.

import { assert } from '@samsa/world'
import { noPartitions, type TopicPartitions, union } from './topic-partitions.ts'
import { mayFollow, type TransactionStateName } from './transaction-state.ts'

/** Stands where there is no producer id, and where there is no epoch. */
export const NONE = -1

/** The highest epoch there is. */
export const MAX_EPOCH = 32_767

/** What the log holds of a transactional id. */
export interface Transaction {
  readonly transactionalId: string
  readonly producerId: number
  /** The id before the last step: tells a repetition after the id has changed. */
  readonly previousProducerId: number
  /** The id that takes over when the transaction is complete, because the epochs of this one are used up. */
  readonly nextProducerId: number
  readonly producerEpoch: number
  /** The epoch before the last raise that the producer itself asked for; -1 when another one has fenced it. Not in the log. */
  readonly lastProducerEpoch: number
  readonly timeoutMs: number
  readonly state: TransactionStateName
  readonly partitions: TopicPartitions
  /** Wall-clock time of the first partition, -1 before any. */
  readonly startMs: number
  /** Wall-clock time of the last step. */
  readonly updatedMs: number
  /** Transaction version of the client that took the last step: 2 raises the epoch with every transaction. */
  readonly clientVersion: number
}

/** A producer's id and epoch. */
export interface ProducerIdentity {
  readonly producerId: number
  readonly producerEpoch: number
}

/** Whether the version raises the epoch with every transaction (KIP-890 part 2). */
export function raisesEpoch(transactionVersion: number): boolean {
  return transactionVersion >= 2
}

/** Whether no producer may get an epoch above this one. */
export function isExhausted(producerEpoch: number): boolean {
  return producerEpoch >= MAX_EPOCH - 1
}

/** A transactional id that nobody used before. It becomes known by its first step. */
export function newTransaction(
  transactionalId: string,
  producerId: number,
  timeoutMs: number,
): Transaction {
  return {
    transactionalId,
    producerId,
    previousProducerId: NONE,
    nextProducerId: NONE,
    producerEpoch: NONE,
    lastProducerEpoch: NONE,
    timeoutMs,
    state: 'Empty',
    partitions: noPartitions,
    startMs: -1,
    updatedMs: -1,
    clientVersion: 0,
  }
}

/** InitProducerId has given a producer this identity. */
export function initialized(
  transaction: Transaction,
  identity: ProducerIdentity & { readonly lastProducerEpoch: number },
  { timeoutMs, nowMs }: { readonly timeoutMs: number; readonly nowMs: number },
): Transaction {
  return step(transaction, 'Empty', nowMs, {
    ...identity,
    timeoutMs,
    partitions: noPartitions,
    startMs: -1,
  })
}

/** Partitions have joined; the first ones begin the transaction. */
export function withPartitions(
  transaction: Transaction,
  partitions: TopicPartitions,
  { nowMs, clientVersion }: { readonly nowMs: number; readonly clientVersion: number },
): Transaction {
  return step(transaction, 'Ongoing', nowMs, {
    partitions: union(transaction.partitions, partitions),
    startMs: transaction.state === 'Ongoing' ? transaction.startMs : nowMs,
    clientVersion,
  })
}

/** How a transaction is ended. */
export interface Ending {
  readonly isCommit: boolean
  readonly clientVersion: number
  /** A fresh producer id when the epochs are used up, otherwise -1. */
  readonly nextProducerId: number
  /** The end is forced on the producer: without transaction version 2 that too raises the epoch. */
  readonly isFence: boolean
  readonly nowMs: number
}

/** The end is decided. */
export function prepared(transaction: Transaction, ending: Ending): Transaction {
  const { isCommit, clientVersion, nextProducerId, isFence, nowMs } = ending
  const { state, producerEpoch } = transaction
  const raised = Math.min(producerEpoch + 1, MAX_EPOCH)
  const isRaised = raisesEpoch(clientVersion) || isFence
  const lastProducerEpoch = raisesEpoch(clientVersion)
    ? producerEpoch
    : isFence
      ? NONE
      : transaction.lastProducerEpoch
  return step(transaction, isCommit ? 'PrepareCommit' : 'PrepareAbort', nowMs, {
    producerEpoch: isRaised ? raised : producerEpoch,
    lastProducerEpoch,
    nextProducerId,
    // An abort of what nobody knows to have begun still has a time.
    startMs: state === 'Ongoing' ? transaction.startMs : nowMs,
    clientVersion,
  })
}

/** All markers are written. */
export function completed(transaction: Transaction, nowMs: number): Transaction {
  const { state, nextProducerId, clientVersion } = transaction
  const changesId = raisesEpoch(clientVersion) && nextProducerId !== NONE
  return step(transaction, state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort', nowMs, {
    ...(changesId ? { producerId: nextProducerId, producerEpoch: 0 } : {}),
    nextProducerId: NONE,
    partitions: noPartitions,
  })
}

/** The identity the producer goes on with after the end of this prepared transaction. */
export function identityAfter(transaction: Transaction): ProducerIdentity {
  const { producerId, producerEpoch, nextProducerId } = transaction
  if (nextProducerId !== NONE) return { producerId: nextProducerId, producerEpoch: 0 }
  return { producerId, producerEpoch }
}

function step(
  transaction: Transaction,
  state: TransactionStateName,
  nowMs: number,
  changes: Partial<Transaction>,
): Transaction {
  assert(mayFollow(transaction.state, state), `${state} may not follow ${transaction.state}`)
  return {
    ...transaction,
    previousProducerId: transaction.producerId,
    updatedMs: nowMs,
    ...changes,
    state,
  }
}
