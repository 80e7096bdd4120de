// Buffers for positional reads, reused: memory that is touched for the first time costs more than the read itself. Two
// sizes, so that a slow reader of a small answer does not hold a large buffer.

/** Fits the usual share of a partition when a fetch's budget runs out, with room to find the first batch. */
const SMALL_BYTES = 80 << 10
/** Fits the largest batch a producer sends by default, 1,048,588 bytes, with room to find it. */
const LARGE_BYTES = (1 << 20) + (64 << 10)
const KEPT_SMALL = 64
const KEPT_LARGE = 16

/** A pool of read buffers. */
export class ReadBuffers {
  readonly #small: Buffer[] = []
  readonly #large: Buffer[] = []

  /** Size of the largest pooled buffer. */
  static readonly bytes = LARGE_BYTES

  /** A buffer of at least `bytes`. */
  take(bytes: number): Buffer {
    if (bytes <= SMALL_BYTES) return this.#small.pop() ?? Buffer.allocUnsafeSlow(SMALL_BYTES)
    if (bytes <= LARGE_BYTES) return this.#large.pop() ?? Buffer.allocUnsafeSlow(LARGE_BYTES)
    return Buffer.allocUnsafeSlow(bytes)
  }

  /** Gives a buffer back; nobody may look at it any more. */
  give(buffer: Buffer): void {
    if (buffer.length === SMALL_BYTES) {
      if (this.#small.length < KEPT_SMALL) this.#small.push(buffer)
    } else if (buffer.length === LARGE_BYTES && this.#large.length < KEPT_LARGE) {
      this.#large.push(buffer)
    }
  }
}
