// Who waits for a partition to move: appends that wait to be committed, fetches that wait for something to read. All
// wait on events; time-outs belong to those who wait.

/** A fetch that waits for bytes. */
export interface DataWaiter {
  /** Waits for records that are written, committed or not: a follower's fetch. */
  readonly readsUncommitted: boolean
  /** `bytes` more can be read (an estimate: the reader looks for itself). */
  more(bytes: number): void
  /** Leadership or existence changed: whoever waits must look again at once. */
  changed(): void
}

interface CommitWaiter {
  readonly offset: number
  /** Gives up when too few replicas are in sync. */
  readonly isImpatient: boolean
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** The waiters of one partition. */
export class PartitionWaiters {
  /** In order of offset. */
  readonly #commits: CommitWaiter[] = []
  readonly #data = new Set<DataWaiter>()
  readonly #followers = new Set<DataWaiter>()

  /** Whether somebody waits for records to be written. */
  get hasFollowers(): boolean {
    return this.#followers.size > 0
  }

  /** Resolves when the high watermark reaches `offset`; rejects with what `fail` is given. */
  committed(offset: number, isImpatient: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = { offset, isImpatient, resolve, reject }
      const later = this.#commits.findIndex((other) => other.offset > offset)
      if (later === -1) this.#commits.push(waiter)
      else this.#commits.splice(later, 0, waiter)
    })
  }

  addDataWaiter(waiter: DataWaiter): void {
    const waiters = waiter.readsUncommitted ? this.#followers : this.#data
    waiters.add(waiter)
  }

  removeDataWaiter(waiter: DataWaiter): void {
    const waiters = waiter.readsUncommitted ? this.#followers : this.#data
    waiters.delete(waiter)
  }

  /** The high watermark is now `highWatermark`; `bytes` came with it. */
  advanced(highWatermark: number, bytes: number): void {
    let first = this.#commits[0]
    while (first !== undefined && first.offset <= highWatermark) {
      this.#commits.shift()
      first.resolve()
      first = this.#commits[0]
    }
    tellMore(this.#data, bytes)
  }

  /** `bytes` of records were written. */
  appended(bytes: number): void {
    tellMore(this.#followers, bytes)
  }

  /** Followers that wait look again at once. */
  wakeFollowers(): void {
    for (const waiter of Array.from(this.#followers)) waiter.changed()
  }

  /** Fails the commits that are not waited for when too few replicas are in sync. */
  failImpatient(error: Error): void {
    const waiting = this.#commits.splice(0)
    for (const waiter of waiting) {
      if (waiter.isImpatient) waiter.reject(error)
      else this.#commits.push(waiter)
    }
  }

  /** Commits can no longer be promised, and fetches must look again. */
  fail(error: Error): void {
    for (const waiter of this.#commits.splice(0)) waiter.reject(error)
    const waiters = [...this.#data, ...this.#followers]
    for (const waiter of waiters) waiter.changed()
  }
}

function tellMore(waiters: ReadonlySet<DataWaiter>, bytes: number): void {
  if (waiters.size === 0) return
  // A waiter that is served takes itself out, and may come back: only those of now are told.
  const present = Array.from(waiters)
  for (const waiter of present) waiter.more(bytes)
}
