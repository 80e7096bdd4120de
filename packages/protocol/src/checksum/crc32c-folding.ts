/**
 * CRC-32C of long runs of bytes, twice as fast as the library's, which asks the processor for eight
 * bytes at a time and waits for each answer.
 *
 * The checksum is what is left of the message, read as a polynomial over bits, when it is divided by
 * CRC-32C's own. That one divides another with only eight terms, whose exponents are multiples of
 * 128: so a block of 16 bytes may be taken away at its place and added (xor) at seven places further
 * on, and what is left stays the same. From front to back that moves the whole message into its last
 * 1280 bytes, by nothing but xors of vectors; the library divides those.
 *
 * Invariant: the answer is the library's, bit for bit. Memory in front of the message and behind
 * what was moved is zero: there is nothing to add.
 */

import { DISTANCES, foldingModule, STEP_BYTES } from './folding-code.ts'

/** The most bytes that are folded at once: little enough to stay near the processor. */
export const MAX_FOLDED_BYTES = 64 * 1024
/** Below it the library is as fast. */
export const MIN_FOLDED_BYTES = 6 * 1024

const [FARTHEST] = DISTANCES
/** What is left when everything before it is moved: whole steps that hold all blocks added to. */
const LEFT_BYTES = Math.ceil(FARTHEST / STEP_BYTES) * STEP_BYTES
/** The message ends here. */
const MESSAGE_END = LEFT_BYTES + MAX_FOLDED_BYTES
/** What was moved ends here; before it lie at least as many zeros as blocks are looked for. */
const MOVED_END = MESSAGE_END + LEFT_BYTES + MAX_FOLDED_BYTES
const PAGE_BYTES = 64 * 1024
/** Behind what was moved lie zeros too. */
const PAGES = Math.ceil((MOVED_END + LEFT_BYTES) / PAGE_BYTES)

type Loop = (from: number, to: number, into: number, end: number) => void

/** What is used of WebAssembly. */
interface WebAssemblyFace {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: { readonly fold: Loop; readonly tail: Loop } }
}

/** Moves up to `MAX_FOLDED_BYTES` into few bytes with the same checksum. */
export class Crc32cFolding {
  /** Two faces of one memory: Node's own way to fill is slower, and there is no other to read. */
  readonly #bytes: Uint8Array
  readonly #memory: Buffer
  readonly #left: Buffer
  readonly #fold: Loop
  readonly #tail: Loop

  /** Throws where there is no WebAssembly with vectors, or code may not be made at run time. */
  constructor() {
    const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyFace }
    const memory = new WebAssembly.Memory({ initial: PAGES })
    const module = new WebAssembly.Module(foldingModule(PAGES))
    const { exports } = new WebAssembly.Instance(module, { fold: { memory } })
    this.#bytes = new Uint8Array(memory.buffer)
    this.#memory = Buffer.from(memory.buffer)
    this.#left = this.#memory.subarray(0, LEFT_BYTES)
    this.#fold = exports.fold
    this.#tail = exports.tail
  }

  /**
   * Bytes whose checksum from an empty register (`initial` 0xffffffff) is that of `bytes` going on
   * from `initial`. They are good until the next call. At least `MIN_FOLDED_BYTES` of `bytes`.
   */
  fold(bytes: Uint8Array, initial: number): Buffer {
    const memory = this.#memory
    const start = MESSAGE_END - bytes.length
    const sizeInBytes = Math.ceil(bytes.length / STEP_BYTES) * STEP_BYTES
    const from = MESSAGE_END - sizeInBytes
    this.#bytes.set(bytes, start)
    if (from < start) this.#bytes.fill(0, from, start)
    // To begin with a register is to begin with an empty one and a message to which it is added.
    memory.writeUInt32LE((memory.readUInt32LE(start) ^ ~initial) >>> 0, start)
    const moved = MOVED_END - (sizeInBytes - LEFT_BYTES)
    this.#bytes.fill(0, moved - FARTHEST, moved)
    this.#fold(from, moved, moved, MESSAGE_END - LEFT_BYTES)
    this.#tail(MESSAGE_END - LEFT_BYTES, MOVED_END, 0, MESSAGE_END)
    return this.#left
  }
}
