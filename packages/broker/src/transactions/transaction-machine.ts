// The state machine of one partition of __transaction_state. Invariant: memory holds what the log says, and a change
// that the log refuses is taken back; who reads is answered when what he read is committed.

import type { ReplayedRecord, StateMachine, Turn } from '../coordinators/state-machine.ts'
import type { ProducerIdentity, Transaction } from './transaction.ts'
import {
  decodeTransactionKey,
  decodeTransactionValue,
  encodeTransactionKey,
  encodeTransactionValue,
} from './transaction-records.ts'
import { mayFollow } from './transaction-state.ts'

/** What every partition's machine is given. */
export interface MachineOptions {
  /** Leader epoch under which the partition is held: markers carry it, so that an older coordinator's are refused. */
  readonly coordinatorEpoch: number
  /** The cluster's transaction version; decides how records are written. */
  readonly transactionVersion: () => number
  /** Everything is replayed: transactions whose end is decided are to be completed. */
  readonly loaded: (machine: TransactionMachine) => void
}

/** A transaction that ran past its timeout. */
export interface TimedOutTransaction extends ProducerIdentity {
  readonly transactionalId: string
}

/** Transactional ids of one partition. */
export class TransactionMachine implements StateMachine {
  readonly coordinatorEpoch: number
  readonly #options: MachineOptions
  readonly #transactions = new Map<string, Transaction>()

  constructor(options: MachineOptions) {
    this.coordinatorEpoch = options.coordinatorEpoch
    this.#options = options
  }

  get(transactionalId: string): Transaction | undefined {
    return this.#transactions.get(transactionalId)
  }

  /** Every transactional id. */
  all(): Iterable<Transaction> {
    return this.#transactions.values()
  }

  /** Takes a step; it counts once it is in the log. */
  put(turn: Turn, transaction: Transaction): void {
    const { transactionalId } = transaction
    const version = this.#options.transactionVersion() >= 1 ? 1 : 0
    const value = encodeTransactionValue(transaction, version)
    this.#change(turn, transactionalId, transaction, value)
  }

  /** Forgets a transactional id. */
  remove(turn: Turn, transactionalId: string): void {
    this.#change(turn, transactionalId, undefined, null)
  }

  replay(record: ReplayedRecord): void {
    const [key, value] = [record.key(), record.value()]
    const transactionalId = key === null ? undefined : decodeTransactionKey(key)
    if (transactionalId === undefined) return
    if (value === null) this.#transactions.delete(transactionalId)
    else this.#transactions.set(transactionalId, decodeTransactionValue(transactionalId, value))
  }

  /** There are no markers in this topic. */
  replayMarker(): void {}

  loaded(): void {
    this.#options.loaded(this)
  }

  /** Transactions that have been open for longer than their producers allowed. */
  timedOut(nowMs: number): TimedOutTransaction[] {
    const timedOut = []
    for (const { transactionalId, producerId, producerEpoch, ...each } of this.all()) {
      if (each.state === 'Ongoing' && each.startMs + each.timeoutMs < nowMs) {
        timedOut.push({ transactionalId, producerId, producerEpoch })
      }
    }
    return timedOut
  }

  /** Forgets ids that have not been used for `expirationMs`; returns what they were. */
  expire(turn: Turn, expirationMs: number): Transaction[] {
    const isExpired = ({ state, updatedMs }: Transaction): boolean =>
      mayFollow(state, 'Dead') && updatedMs <= turn.nowMs - expirationMs
    const expired = [...this.all()].filter(isExpired)
    for (const { transactionalId } of expired) this.remove(turn, transactionalId)
    return expired
  }

  #change(
    turn: Turn,
    transactionalId: string,
    next: Transaction | undefined,
    value: Buffer | null,
  ): void {
    const previous = this.#transactions.get(transactionalId)
    this.#set(transactionalId, next)
    const key = encodeTransactionKey(transactionalId)
    turn.append(key, value, () => this.#set(transactionalId, previous))
  }

  #set(transactionalId: string, transaction: Transaction | undefined): void {
    if (transaction === undefined) this.#transactions.delete(transactionalId)
    else this.#transactions.set(transactionalId, transaction)
  }
}
