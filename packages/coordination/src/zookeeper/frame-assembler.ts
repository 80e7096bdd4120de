// Cuts the stream of a connection into frames: an int32 length, then so many bytes.
//
// Invariant: a frame handed out is a copy that stays valid; a length that makes no sense ends the stream.

const LENGTH_BYTES = 4

/** Frames larger than this are taken for nonsense. */
const MAX_FRAME_BYTES = 128 * 1024 * 1024

/** Collects the chunks of one connection. */
export class FrameAssembler {
  #chunks: Buffer[] = []
  #bytes = 0

  /** Takes a chunk, which is copied, and gives the frames that it completes; `undefined` for nonsense. */
  take(chunk: Buffer): Buffer[] | undefined {
    this.#chunks.push(Buffer.from(chunk))
    this.#bytes += chunk.length
    const frames: Buffer[] = []
    for (;;) {
      const length = this.#frameLength()
      if (length === undefined) return frames
      if (length < 0 || length > MAX_FRAME_BYTES) return undefined
      if (this.#bytes < LENGTH_BYTES + length) return frames
      frames.push(this.#cut(LENGTH_BYTES + length).subarray(LENGTH_BYTES))
    }
  }

  #frameLength(): number | undefined {
    if (this.#bytes < LENGTH_BYTES) return undefined
    const [first] = this.#chunks
    if (first !== undefined && first.length >= LENGTH_BYTES) return first.readInt32BE(0)
    this.#join()
    return this.#chunks[0]?.readInt32BE(0)
  }

  #cut(length: number): Buffer {
    if ((this.#chunks[0]?.length ?? 0) < length) this.#join()
    const first = this.#chunks[0] ?? Buffer.alloc(0)
    this.#bytes -= length
    if (first.length === length) this.#chunks.shift()
    else this.#chunks[0] = first.subarray(length)
    return first.subarray(0, length)
  }

  #join(): void {
    this.#chunks = [Buffer.concat(this.#chunks)]
  }
}
