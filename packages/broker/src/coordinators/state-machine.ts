// What a coordinator's partition is: a state machine without I/O. It is rebuilt by replaying its records, changes in
// turns, and says in each turn what must be written, answered and remembered for later. Invariant: nothing a turn
// answers reaches a client before everything the turn saw and wrote is committed.

import type { VerificationGuard } from '@samsa/log'
import type { KafkaError } from '@samsa/protocol'

/** A client that waits for its answer; the machine keeps it until a later turn has one. */
export interface Waiter<T> {
  /** Never set: carries the type of the answer. */
  readonly answer?: T
}

/** One step of a state machine. Deterministic: time and chance come in through it. */
export interface Turn {
  /** Wall-clock time in milliseconds since the epoch; what records are stamped with. */
  readonly nowMs: number
  /**
   * Adds a record to the turn's batch; all records of a turn are committed together or not at all. The state already
   * contains its effect. `undo` takes that effect back when the log refuses the batch; a batch with a record that has
   * none is taken back by loading the partition again.
   */
  append(key: Buffer, value: Buffer | null, undo?: () => void): void
  /** Answers a waiter once this turn's records are committed. Answering twice does nothing. */
  answer<T>(waiter: Waiter<T>, value: T): void
  /** Fails a waiter, with the same rule. */
  fail<T>(waiter: Waiter<T>, error: KafkaError): void
  /** Runs `run` in a turn of its own after `delayMs`; replaces what was scheduled under `key`. */
  schedule(key: string, delayMs: number, run: (turn: Turn) => void): void
  cancel(key: string): void
  isScheduled(key: string): boolean
  /** A fresh id, shaped like a UUID. */
  newId(): string
}

/** A record while it is replayed, valid only during the call: what must stay is copied. */
export interface ReplayedRecord {
  /** What the positions point into. */
  readonly bytes: Buffer
  readonly keyPosition: number
  readonly keyLength: number
  readonly valuePosition: number
  /** Negative for a tombstone. */
  readonly valueLength: number
  /** Slices, for machines that are not in a hurry. */
  key(): Buffer | null
  value(): Buffer | null
}

/** The state of one partition of a coordinator's topic. */
export interface StateMachine {
  /** Applies one record while loading. `producerId` is -1 unless the record belongs to a transaction. */
  replay(record: ReplayedRecord, producerId: number): void
  /** Applies the end of a producer's transaction while loading. */
  replayMarker(producerId: number, committed: boolean): void
  /** Everything is replayed: time to schedule timeouts. */
  loaded(turn: Turn): void
}

/** Origin of records that belong to a transaction: they share a batch with no others. */
export interface TransactionOrigin {
  readonly producerId: number
  readonly producerEpoch: number
  /** Proof for the log that the transaction includes the partition; absent when it is open there already. */
  readonly verificationGuard?: VerificationGuard | undefined
}
