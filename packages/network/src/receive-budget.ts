// How much the requests of all connections together may hold (queued.max.request.bytes). A frame that has begun is
// always read to its end, otherwise all connections could wait for each other; who comes after it waits.

/** A connection that was asked to wait. */
export interface Waiter {
  resume(): void
}

/** Bytes of frames received and not yet released, over all connections. */
export class ReceiveBudget {
  readonly #limitBytes: () => number
  readonly #waiting = new Set<Waiter>()
  #usedBytes = 0

  /** `limitBytes` is asked each time: Infinity for no limit. */
  constructor(limitBytes: () => number) {
    this.#limitBytes = limitBytes
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** No connection may begin a frame. */
  get exhausted(): boolean {
    return this.#usedBytes >= this.#limitBytes()
  }

  take(bytes: number): void {
    this.#usedBytes += bytes
  }

  release(bytes: number): void {
    this.#usedBytes -= bytes
    if (this.#waiting.size > 0 && !this.exhausted) this.#wake()
  }

  /** `waiter.resume` is called once when there is room again. */
  wait(waiter: Waiter): void {
    this.#waiting.add(waiter)
  }

  forget(waiter: Waiter): void {
    this.#waiting.delete(waiter)
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const waiter of waiting) waiter.resume()
  }
}
