// One loaded partition of a coordinator: runs turns on the state machine one after the other and sees to it that
// answers leave when the log has committed what they rest on.

import type { KafkaError } from '@samsa/protocol'
import type { World } from '@samsa/world'
import type { Deadlines } from './deadlines.ts'
import type { Delivery, ReadyBatch, RecordQueue } from './record-queue.ts'
import type { StateMachine, TransactionOrigin, Turn, Waiter } from './state-machine.ts'

/** A promise that may be rejected, whatever it is a promise of. */
interface Rejectable {
  /** An answer is on its way; another one is dropped. */
  isSettled: boolean
  readonly reject: (error: KafkaError) => void
}

/** A client's promise as the partition keeps it. */
class PendingAnswer<T> implements Waiter<T>, Rejectable {
  readonly answer?: T
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: KafkaError) => void
  isSettled = false

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.promise = promise
    this.resolve = resolve
    this.reject = reject
  }
}

/** A transaction's end, as the marker path hands it over. */
export interface EndOfTransaction {
  /** The control batch to write. */
  readonly marker: ReadyBatch
  /** Changes the state. */
  apply(): void
  /** Takes the change back. */
  undo(): void
}

/** Runs the turns of one partition. */
export class ActivePartition<M extends StateMachine> {
  readonly partition: number
  readonly machine: M
  readonly #world: World
  readonly #queue: RecordQueue
  readonly #deadlines: Deadlines
  readonly #unanswered = new Set<Rejectable>()
  readonly #scheduled = new Set<string>()
  /** Set when the partition is given up: why nobody is answered any more. */
  #closedBy: KafkaError | undefined

  constructor(
    world: World,
    machine: M,
    options: {
      readonly partition: number
      readonly queue: RecordQueue
      readonly deadlines: Deadlines
    },
  ) {
    this.partition = options.partition
    this.machine = machine
    this.#world = world
    this.#queue = options.queue
    this.#deadlines = options.deadlines
  }

  /** Runs one turn; resolves with its result when everything it saw and wrote is committed. */
  run<T>(step: (machine: M, turn: Turn) => T, origin: TransactionOrigin | undefined): Promise<T> {
    const pending = this.#pending<T>()
    this.#turn(origin, (turn) => turn.answer(pending, step(this.machine, turn)), pending)
    return pending.promise
  }

  /** Runs one turn that may leave the answer to a later one. */
  runLater<T>(step: (machine: M, turn: Turn, waiter: Waiter<T>) => void): Promise<T> {
    const pending = this.#pending<T>()
    this.#turn(undefined, (turn) => step(this.machine, turn, pending), pending)
    return pending.promise
  }

  /** Writes a transaction's marker and applies its end; resolves when it is committed. */
  endTransaction(end: EndOfTransaction): Promise<void> {
    if (this.#closedBy !== undefined) return Promise.reject(this.#closedBy)
    const pending = this.#pending<void>()
    end.apply()
    const delivery = this.#delivery(pending, () => pending.resolve())
    this.#queue.addBatch(end.marker, () => end.undo(), delivery, this.#world.clock.now())
    return pending.promise
  }

  /** Nobody is answered but with `error`; timeouts are forgotten. */
  close(error: KafkaError): void {
    this.#closedBy = error
    for (const key of this.#scheduled) this.#deadlines.delete(this.#deadlineKey(key))
    this.#scheduled.clear()
    this.#queue.close(error)
    for (const pending of this.#unanswered) {
      pending.isSettled = true
      pending.reject(error)
    }
    this.#unanswered.clear()
  }

  /** Runs a turn nobody waits for: a timeout, a change of metadata. */
  step(run: (turn: Turn) => void): void {
    this.#turn(undefined, run, undefined)
  }

  #pending<T>(): PendingAnswer<T> {
    const pending = new PendingAnswer<T>()
    this.#unanswered.add(pending)
    return pending
  }

  #delivery(pending: Rejectable, committed: () => void): Delivery {
    pending.isSettled = true
    return {
      committed: () => {
        this.#unanswered.delete(pending)
        committed()
      },
      failed: (error) => {
        this.#unanswered.delete(pending)
        pending.reject(error)
      },
    }
  }

  #turn(
    origin: TransactionOrigin | undefined,
    run: (turn: Turn) => void,
    pending: Rejectable | undefined,
  ): void {
    if (this.#closedBy !== undefined) {
      if (pending !== undefined) this.#unanswered.delete(pending)
      pending?.reject(this.#closedBy)
      return
    }
    const nowMs = this.#world.clock.now()
    const records: [Buffer, Buffer | null][] = []
    const undos: (() => void)[] = []
    const deliveries: Delivery[] = []
    let needsReload = false
    let sizeInBytes = 0
    const turn: Turn = {
      nowMs,
      append: (key, value, undo) => {
        records.push([key, value])
        sizeInBytes += key.length + (value?.length ?? 0) + 16
        if (undo === undefined) needsReload = true
        else undos.push(undo)
      },
      answer: (waiter, value) => {
        const answered = waiter as PendingAnswer<typeof value>
        if (answered.isSettled) return
        deliveries.push(this.#delivery(answered, () => answered.resolve(value)))
      },
      fail: (waiter, error) => {
        const failed = waiter as unknown as Rejectable
        if (failed.isSettled) return
        deliveries.push(this.#delivery(failed, () => failed.reject(error)))
      },
      schedule: (key, delayMs, due) => {
        this.#scheduled.add(key)
        this.#deadlines.set(this.#deadlineKey(key), delayMs, () => {
          this.#scheduled.delete(key)
          this.step(due)
        })
      },
      cancel: (key) => {
        this.#scheduled.delete(key)
        this.#deadlines.delete(this.#deadlineKey(key))
      },
      isScheduled: (key) => this.#scheduled.has(key),
      newId: () => formatId(this.#world.random.bytes(16)),
    }
    try {
      run(turn)
    } catch (error) {
      // A turn that throws has changed nothing, so there is nothing to take back and nothing to commit. What it saw
      // may still be uncommitted, so even a refusal waits.
      if (pending === undefined || records.length > 0) throw error
      deliveries.push(this.#delivery(pending, () => pending.reject(error as KafkaError)))
    }
    if (records.length === 0) {
      if (deliveries.length > 0) this.#queue.afterCommit(deliveries)
    } else {
      const turnRecords = { records, undos, needsReload, sizeInBytes, origin }
      this.#queue.add(turnRecords, deliveries, nowMs)
    }
  }

  #deadlineKey(key: string): string {
    return `${this.partition}/${key}`
  }
}

/** 16 random bytes as a version 4 UUID. */
function formatId(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)]
  return `${parts.join('-')}-${hex.slice(20)}`
}
