// The content of one simulated file, twice: what programs see (the page cache) and what the medium holds. Both are
// lists of 16 KiB pages that share memory. Invariant: a page that the medium also holds is never written in place but
// copied first, so that taking a page to the medium costs nothing. A missing page is zeros.

import type { SeededRandom } from './random.ts'

/** Bytes of a page. */
const pageBytes = 16 * 1024
/** Pages are cut from larger pieces: allocating is what writing costs most. */
const slabBytes = 1024 * 1024

/** What becomes of the bytes that were not synced when the machine loses power. */
export type UnsyncedFate =
  /** All of them happen to be on the medium. */
  | 'kept'
  /** None of them. */
  | 'lost'
  /** Each sector by its own luck. */
  | 'torn'
  /** One of the above for each file. */
  | 'random'

/** Pages that a running sync takes to the medium. */
interface Flush {
  /** Grows with each flush of the file: a sync that is overtaken by a later one takes nothing back. */
  readonly order: number
  readonly pages: ReadonlyMap<number, Buffer | undefined>
  readonly size: number
}

/** A file's bytes, seen and durable. */
export class FileContent {
  size = 0
  modifiedMs = 0
  /** Some name leads here; the bytes of a file without a name count for nothing. */
  isLinked = true
  #pages: (Buffer | undefined)[] = []
  #durableSize = 0
  #durablePages: (Buffer | undefined)[] = []
  /** Which flush each durable page, and the durable size, came from. */
  readonly #pageOrders: number[] = []
  #sizeOrder = 0
  #flushes = 0
  /** Indexes of the pages written since the last sync began. */
  readonly #dirty = new Set<number>()
  /** Syncs that have begun and neither ended nor failed, those of killed processes included. */
  readonly #underway = new Set<Flush>()
  /** Pages that the medium (or a flush on its way) shares with the page cache. */
  readonly #frozen = new Set<Buffer>()

  /** Fills the buffer as far as the file goes; gives the bytes read. */
  read(buffer: Buffer, position: number): number {
    const length = Math.max(0, Math.min(buffer.length, this.size - position))
    let done = 0
    while (done < length) {
      const at = position + done
      const start = at % pageBytes
      const step = Math.min(length - done, pageBytes - start)
      const page = this.#pages[Math.floor(at / pageBytes)]
      if (page === undefined) buffer.fill(0, done, done + step)
      else page.copy(buffer, done, start, start + step)
      done += step
    }
    return length
  }

  write(buffer: Buffer, position: number): void {
    let done = 0
    while (done < buffer.length) {
      const at = position + done
      const start = at % pageBytes
      const step = Math.min(buffer.length - done, pageBytes - start)
      const page = this.#writable(Math.floor(at / pageBytes), step === pageBytes)
      buffer.copy(page, start, done, done + step)
      done += step
    }
    if (buffer.length > 0) this.size = Math.max(this.size, position + buffer.length)
  }

  truncate(size: number): void {
    if (size < this.size) {
      const pages = Math.ceil(size / pageBytes)
      for (let i = pages; i < this.#pages.length; i++) this.#dirty.add(i)
      this.#pages.length = Math.min(this.#pages.length, pages)
      const rest = size % pageBytes
      if (rest > 0 && this.#pages[pages - 1] !== undefined) {
        this.#writable(pages - 1, false).fill(0, rest)
      }
    }
    this.size = size
  }

  /** What a sync that begins now will take to the medium; later writes are not part of it. */
  beginFlush(): Flush {
    const pages = new Map<number, Buffer | undefined>()
    // What another sync has begun to take is not on the medium yet: this one must not end without it.
    for (const flush of this.#underway)
      for (const index of flush.pages.keys()) this.#dirty.add(index)
    for (const index of this.#dirty) {
      const page = this.#pages[index]
      if (page !== undefined) this.#frozen.add(page)
      pages.set(index, page)
    }
    this.#dirty.clear()
    this.#flushes += 1
    const flush = { order: this.#flushes, pages, size: this.size }
    this.#underway.add(flush)
    return flush
  }

  /** The sync has failed: its pages are clean, and nowhere. */
  failFlush(flush: Flush): void {
    this.#underway.delete(flush)
  }

  /** The sync has succeeded. */
  endFlush(flush: Flush): void {
    this.#underway.delete(flush)
    const { order, pages, size } = flush
    for (const [index, page] of pages) {
      if (order < (this.#pageOrders[index] ?? 0)) continue
      this.#pageOrders[index] = order
      const former = this.#durablePages[index]
      if (former !== undefined && former !== page) this.#frozen.delete(former)
      this.#durablePages[index] = page
    }
    if (order < this.#sizeOrder) return
    this.#sizeOrder = order
    this.#durableSize = size
    this.#durablePages.length = Math.min(this.#durablePages.length, Math.ceil(size / pageBytes))
  }

  /** Power was lost and came back: what the medium holds is all there is. */
  losePower(fate: UnsyncedFate, random: SeededRandom, sectorBytes: number): void {
    const own = fate === 'random' ? fateOf(random) : fate
    if (own === 'kept') this.endFlush(this.#everything())
    if (own === 'torn') this.#tear(random, sectorBytes)
    this.isLinked = true
    this.size = this.#durableSize
    this.#pages = [...this.#durablePages]
    this.#dirty.clear()
    this.#underway.clear()
    this.#frozen.clear()
    for (const page of this.#pages) if (page !== undefined) this.#frozen.add(page)
  }

  /** Changes bytes on the medium and in the page cache, as a medium that rots does. */
  corrupt(position: number, change: (byte: number) => number): void {
    const index = Math.floor(position / pageBytes)
    for (const pages of new Set([this.#pages, this.#durablePages])) {
      const page = Buffer.alloc(pageBytes)
      pages[index]?.copy(page)
      page[position % pageBytes] = change(page[position % pageBytes] ?? 0)
      pages[index] = page
    }
  }

  /** An independent copy that shares the memory of both until one of them writes. */
  clone(): FileContent {
    const copy = new FileContent()
    copy.size = this.size
    copy.modifiedMs = this.modifiedMs
    copy.#durableSize = this.#durableSize
    copy.#pages = [...this.#pages]
    copy.#durablePages = [...this.#durablePages]
    for (const index of this.#dirty) copy.#dirty.add(index)
    for (const page of [...this.#pages, ...this.#durablePages]) {
      if (page === undefined) continue
      this.#frozen.add(page)
      copy.#frozen.add(page)
    }
    return copy
  }

  #everything(): Flush {
    const pages = new Map<number, Buffer | undefined>()
    const count = Math.max(this.#pages.length, this.#durablePages.length)
    for (let i = 0; i < count; i++) pages.set(i, this.#pages[i])
    this.#flushes += 1
    return { order: this.#flushes, pages, size: this.size }
  }

  /** Each sector of the pages that differ is the old one or the new one; so is the size, or between. */
  #tear(random: SeededRandom, sectorBytes: number): void {
    const size = tornSize(this.#durableSize, this.size, random)
    const pages = new Map<number, Buffer | undefined>()
    for (let i = 0; i < Math.ceil(size / pageBytes); i++) {
      const durable = this.#durablePages[i]
      const seen = this.#pages[i]
      if (durable === seen) continue
      const page = Buffer.alloc(pageBytes)
      for (let start = 0; start < pageBytes; start += sectorBytes) {
        const source = random.chance(0.5) ? durable : seen
        source?.copy(page, start, start, start + sectorBytes)
      }
      pages.set(i, page)
    }
    this.#flushes += 1
    this.endFlush({ order: this.#flushes, pages, size })
    // Bytes behind the end must be zeros, should the file grow again.
    const last = Math.floor(size / pageBytes)
    const page = this.#durablePages[last]
    if (page !== undefined) {
      const cut = Buffer.from(page)
      cut.fill(0, size % pageBytes)
      this.#durablePages[last] = cut
    }
  }

  #writable(index: number, isWhole: boolean): Buffer {
    this.#dirty.add(index)
    const page = this.#pages[index]
    if (page !== undefined && !this.#frozen.has(page)) return page
    const fresh = freshPage()
    if (page !== undefined && !isWhole) page.copy(fresh)
    else if (!isWhole) fresh.fill(0)
    while (this.#pages.length < index) this.#pages.push(undefined)
    this.#pages[index] = fresh
    return fresh
  }
}

let slab: Buffer = Buffer.alloc(0)
let slabUsed = 0

/** A page of anything. */
function freshPage(): Buffer {
  if (slabUsed + pageBytes > slab.length) {
    slab = Buffer.allocUnsafeSlow(slabBytes)
    slabUsed = 0
  }
  slabUsed += pageBytes
  return slab.subarray(slabUsed - pageBytes, slabUsed)
}

function fateOf(random: SeededRandom): 'kept' | 'lost' | 'torn' {
  const luck = random.below(4)
  return luck === 0 ? 'kept' : luck === 1 ? 'lost' : 'torn'
}

function tornSize(durable: number, seen: number, random: SeededRandom): number {
  const luck = random.below(3)
  if (luck === 0) return durable
  if (luck === 1) return seen
  return Math.min(durable, seen) + random.below(Math.abs(durable - seen) + 1)
}
