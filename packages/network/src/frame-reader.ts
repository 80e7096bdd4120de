// Cuts a byte stream into frames: int32 length, then that many bytes. Bytes of a chunk are copied once, into pooled
// receive memory. The length is judged before anything of the frame is read or allocated, and a frame larger than a slab
// gets memory as its bytes arrive, so that a peer pays for what it makes us hold.

import type { Piece } from './slabs.ts'
import { slabBytes } from './slabs.ts'

/** A whole frame, without its length. */
export type Frame = Piece

/** Where frames come to lie. */
export type FrameAllocator = (size: number) => Piece

/** Reads frames from chunks. */
export class FrameReader {
  readonly #allocate: FrameAllocator
  readonly #maxFrameBytes: () => number
  readonly #onFrame: (frame: Frame) => void
  /** Length bytes seen so far, when a chunk ended among them. */
  #lengthBytes = 0
  #length = 0
  /** The frame being filled. */
  #piece: Piece | undefined
  #size = 0
  #filled = 0

  constructor(
    allocate: FrameAllocator,
    maxFrameBytes: () => number,
    onFrame: (frame: Frame) => void,
  ) {
    this.#allocate = allocate
    this.#maxFrameBytes = maxFrameBytes
    this.#onFrame = onFrame
  }

  /** A frame has begun and is not complete. */
  get insideFrame(): boolean {
    return this.#piece !== undefined || this.#lengthBytes > 0
  }

  /** Takes `chunk`; says why the stream cannot go on, if so. After a refusal nothing more may be given. */
  push(chunk: Buffer): string | undefined {
    let position = 0
    const end = chunk.length
    while (position < end) {
      if (this.#piece !== undefined) {
        position = this.#fill(this.#piece, chunk, position)
        continue
      }
      if (this.#lengthBytes === 0 && end - position >= 4) {
        this.#length = chunk.readInt32BE(position)
        position += 4
      } else {
        this.#length = (this.#length << 8) | (chunk[position] ?? 0)
        position++
        this.#lengthBytes++
        if (this.#lengthBytes < 4) continue
        this.#lengthBytes = 0
      }
      const size = this.#length
      this.#length = 0
      if (size < 0 || size > this.#maxFrameBytes()) {
        return `A frame of ${size} bytes is refused; at most ${this.#maxFrameBytes()} are accepted.`
      }
      this.#size = size
      this.#filled = 0
      this.#piece = this.#allocate(Math.min(size, slabBytes))
      if (size === 0) this.#complete(this.#piece)
    }
    return undefined
  }

  /** Gives back the memory of an unfinished frame. */
  close(): void {
    this.#piece?.release()
    this.#piece = undefined
  }

  #fill(piece: Piece, chunk: Buffer, position: number): number {
    let target = piece
    if (this.#filled === piece.buffer.length) target = this.#grow(piece)
    const count = Math.min(chunk.length - position, target.buffer.length - this.#filled)
    chunk.copy(target.buffer, this.#filled, position, position + count)
    this.#filled += count
    if (this.#filled === this.#size) this.#complete(target)
    return position + count
  }

  #grow(piece: Piece): Piece {
    const larger = this.#allocate(Math.min(this.#size, 4 * this.#filled))
    piece.buffer.copy(larger.buffer, 0, 0, this.#filled)
    piece.release()
    this.#piece = larger
    return larger
  }

  #complete(piece: Piece): void {
    this.#piece = undefined
    this.#onFrame(piece)
  }
}
