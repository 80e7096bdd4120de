// Who waits for a partition to move: appends that wait to be committed, fetches that wait for something to read. Both
// wait on events; time-outs belong to those who wait.

/** A fetch that waits for bytes. */
export interface DataWaiter {
  /** `bytes` more can be read (an estimate: the reader looks for itself). */
  more(bytes: number): void
  /** Leadership or existence changed: whoever waits must look again at once. */
  changed(): void
}

interface CommitWaiter {
  readonly offset: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** The waiters of one partition. */
export class PartitionWaiters {
  /** In order of offset. */
  readonly #commits: CommitWaiter[] = []
  readonly #data = new Set<DataWaiter>()

  /** Resolves when the high watermark reaches `offset`; rejects with what `fail` is given. */
  committed(offset: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = { offset, resolve, reject }
      const later = this.#commits.findIndex((other) => other.offset > offset)
      if (later === -1) this.#commits.push(waiter)
      else this.#commits.splice(later, 0, waiter)
    })
  }

  addDataWaiter(waiter: DataWaiter): void {
    this.#data.add(waiter)
  }

  removeDataWaiter(waiter: DataWaiter): void {
    this.#data.delete(waiter)
  }

  /** The high watermark is now `highWatermark`; `bytes` came with it. */
  advanced(highWatermark: number, bytes: number): void {
    let first = this.#commits[0]
    while (first !== undefined && first.offset <= highWatermark) {
      this.#commits.shift()
      first.resolve()
      first = this.#commits[0]
    }
    if (this.#data.size === 0) return
    // A waiter that is served takes itself out, and may come back: only those of now are told.
    const waiters = Array.from(this.#data)
    for (const waiter of waiters) waiter.more(bytes)
  }

  /** Commits can no longer be promised, and fetches must look again. */
  fail(error: Error): void {
    for (const waiter of this.#commits.splice(0)) waiter.reject(error)
    const waiters = Array.from(this.#data)
    for (const waiter of waiters) waiter.changed()
  }
}
