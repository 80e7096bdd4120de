/**
 * The machine code of `crc32c-folding.ts`, for WebAssembly with vectors: two loops of xors, written
 * out here because no compiler is part of this house.
 *
 *   fold(from, to, into, end)   every block at `from` plus those that lie each of `DISTANCES` before
 *                               `into`, the block's own results among them; stored at `into`
 *   tail(from, to, into, end)   the same where nothing of what is stored is read again: the blocks
 *                               before are those before `to`
 *
 * All are positions in the module's memory. `from` goes on to `end`, in steps of `STEP_BYTES`, at
 * least once; `to` and `into` go on with it.
 *
 * Invariant: both loops read only the bytes between `to - DISTANCES[0]` and where they store, and
 * those from `from` to `end`.
 */

/** A block: as many bytes as a vector has. */
const BLOCK_BYTES = 16

/** Where a block is added instead of where it stands: bytes further on, the farthest first. */
export const DISTANCES = [1264, 1248, 1072, 976, 336, 128, 64] as const

/** Bytes that one turn of a loop takes. */
export const STEP_BYTES = 128

const STEP_BLOCKS = STEP_BYTES / BLOCK_BYTES
/** `fold` keeps the results of one turn in registers, and looks for nearer ones there. */
const isKept = (distance: number): boolean => distance <= STEP_BYTES

const I32 = 0x7f
const V128 = 0x7b
const FROM = 0
const TO = 1
const INTO = 2
const END = 3
/** The first of the locals that hold results. */
const KEPT = 4

const LOCAL_GET = 0x20
const LOCAL_SET = 0x21
const LOCAL_TEE = 0x22
const I32_ADD = 0x6a
const XOR = [0xfd, 0x51]

/** The module: imports its memory as `fold.memory`, exports `fold` and `tail`. */
export function foldingModule(pages: number): Uint8Array {
  const loops = [loop(true), loop(false)]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[0x60, ...vector([[I32], [I32], [I32], [I32]]), 0]]),
    ...section(2, [[...name('fold'), ...name('memory'), 0x02, 0x00, ...unsigned(pages)]]),
    ...section(3, [[0], [0]]),
    ...section(7, [
      [...name('fold'), 0, 0],
      [...name('tail'), 0, 1],
    ]),
    ...section(
      10,
      loops.map((body) => [...unsigned(body.length), ...body]),
    ),
  ])
}

function loop(feedsBack: boolean): number[] {
  const [farthest] = DISTANCES
  const locals = feedsBack ? [[...unsigned(STEP_BLOCKS), V128]] : []
  const turn: number[] = []
  for (let i = 0; i < STEP_BLOCKS; i += 1) turn.push(...block(i, feedsBack))
  return [
    ...vector(locals),
    // Addresses only add, so `to` is moved to the farthest block.
    ...[LOCAL_GET, TO, ...constant(-farthest), I32_ADD, LOCAL_SET, TO],
    ...[0x03, 0x40, ...turn, ...advance(TO), ...advance(INTO), ...advance(FROM)],
    // Again while `from` is below `end`.
    ...[LOCAL_GET, FROM, LOCAL_GET, END, 0x49, 0x0d, 0x00, 0x0b, 0x0b],
  ]
}

/** The sum of block `i` of a turn and those before it, stored. */
function block(i: number, feedsBack: boolean): number[] {
  const [farthest] = DISTANCES
  const code = [LOCAL_GET, INTO, ...load(FROM, i * BLOCK_BYTES)]
  for (const distance of DISTANCES) {
    if (!feedsBack || !isKept(distance)) {
      code.push(...load(TO, farthest - distance + i * BLOCK_BYTES), ...XOR)
    }
  }
  if (feedsBack) {
    for (const distance of DISTANCES.filter(isKept)) {
      const kept = (i - distance / BLOCK_BYTES + STEP_BLOCKS) % STEP_BLOCKS
      code.push(LOCAL_GET, KEPT + kept, ...XOR)
    }
    code.push(LOCAL_TEE, KEPT + i)
  }
  return [...code, 0xfd, 0x0b, 4, ...unsigned(i * BLOCK_BYTES)]
}

function load(base: number, offset: number): number[] {
  return [LOCAL_GET, base, 0xfd, 0x00, 4, ...unsigned(offset)]
}

function advance(local: number): number[] {
  return [LOCAL_GET, local, ...constant(STEP_BYTES), I32_ADD, LOCAL_SET, local]
}

function constant(value: number): number[] {
  const bytes = [0x41]
  for (let rest = value; ; rest >>= 7) {
    const isLast = rest >> 6 === 0 || rest >> 6 === -1
    bytes.push((rest & 0x7f) | (isLast ? 0 : 0x80))
    if (isLast) return bytes
  }
}

function unsigned(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    if (rest <= 0x7f) return bytes
  }
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()]
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = vector(items)
  return [id, ...unsigned(content.length), ...content]
}

function name(text: string): number[] {
  return [...unsigned(text.length), ...Buffer.from(text)]
}
