// Buffers for positional reads, reused: memory that is touched for the first time costs more than the read itself.

const BUFFER_BYTES = 1 << 20
/** Enough for a few hundred concurrent catch-up readers; more are served with memory that is not kept. */
const KEPT_BUFFERS = 64

/** A pool of read buffers. */
export class ReadBuffers {
  readonly #idle: Buffer[] = []

  /** Size of a pooled buffer. */
  static readonly bytes = BUFFER_BYTES

  /** A buffer of at least `bytes`. */
  take(bytes: number): Buffer {
    if (bytes > BUFFER_BYTES) return Buffer.allocUnsafeSlow(bytes)
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES)
  }

  /** Gives a buffer back; nobody may look at it any more. */
  give(buffer: Buffer): void {
    if (buffer.length === BUFFER_BYTES && this.#idle.length < KEPT_BUFFERS) this.#idle.push(buffer)
  }
}
