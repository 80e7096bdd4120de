// Receive memory that is used again and again: memory touched for the first time costs a broker more than everything it
// computes. All connections of an event loop share one current slab; a frame takes a piece of it and gives it back with
// `release`. A slab whose pieces are all released is empty again.
//
// Invariant: bytes of a piece change only between `take` and its release, and only by its owner.

import { assert } from '@samsa/world'

/** Bytes of one slab: a Java producer's largest default request (1 MB of records and some header) fits. */
export const slabBytes = (1 << 20) + (1 << 16)

/** A piece of receive memory. */
export interface Piece {
  readonly buffer: Buffer
  /** Gives the memory back. Exactly once; the buffer may not be touched afterwards. */
  release(): void
}

class Slab {
  readonly bytes = Buffer.allocUnsafeSlow(slabBytes)
  /** Where the next piece starts. */
  position = 0
  /** Pieces that are not released yet. */
  pieces = 0
}

class SlabPiece implements Piece {
  readonly buffer: Buffer
  readonly #pool: SlabPool
  readonly #slab: Slab
  #released = false

  constructor(pool: SlabPool, slab: Slab, buffer: Buffer) {
    this.#pool = pool
    this.#slab = slab
    this.buffer = buffer
  }

  release(): void {
    assert(!this.#released, 'A piece of receive memory is released once.')
    this.#released = true
    this.#pool.giveBack(this.#slab)
  }
}

class PrivatePiece implements Piece {
  readonly buffer: Buffer

  constructor(buffer: Buffer) {
    this.buffer = buffer
  }

  release(): void {}
}

/** A pool of slabs for one event loop. */
export class SlabPool {
  readonly #idle: Slab[] = []
  readonly #idleMax: number
  #current: Slab | undefined
  #live = 0

  /** Keeps at most `idleBytes` of slabs nobody uses. */
  constructor(idleBytes: number = 8 * slabBytes) {
    this.#idleMax = Math.max(1, Math.floor(idleBytes / slabBytes))
  }

  /** Slabs that hold a piece, or are being filled. */
  get liveSlabs(): number {
    return this.#live
  }

  /** Memory for `size` bytes; more than a slab holds gets a buffer of its own. */
  take(size: number): Piece {
    if (size > slabBytes) return new PrivatePiece(Buffer.allocUnsafeSlow(size))
    let slab = this.#current
    if (slab === undefined || slab.position + size > slabBytes) {
      if (slab !== undefined && slab.pieces === 0) this.#retire(slab)
      slab = this.#idle.pop() ?? new Slab()
      this.#live++
      this.#current = slab
    }
    const start = slab.position
    slab.position = start + size
    slab.pieces++
    return new SlabPiece(this, slab, slab.bytes.subarray(start, start + size))
  }

  /** Called by a piece when it is released. */
  giveBack(slab: Slab): void {
    slab.pieces--
    if (slab.pieces > 0) return
    // The same bytes again, while the processor's cache still holds them.
    if (slab === this.#current) slab.position = 0
    else this.#retire(slab)
  }

  #retire(slab: Slab): void {
    this.#live--
    slab.position = 0
    if (this.#idle.length < this.#idleMax) this.#idle.push(slab)
  }
}

/** Memory of its own for bytes that outlive the request. */
export function privatePiece(size: number): Piece {
  return new PrivatePiece(Buffer.allocUnsafe(size))
}
