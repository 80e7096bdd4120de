// The segments of one log in order of their base offsets. The last one is active: it alone grows.

import { assert } from '@samsa/world'
import type { Segment } from './segment.ts'

/** An ordered row of segments; never empty once the log is loaded. */
export class SegmentList {
  #segments: Segment[] = []

  get all(): readonly Segment[] {
    return this.#segments
  }

  get count(): number {
    return this.#segments.length
  }

  get active(): Segment {
    const active = this.#segments.at(-1)
    assert(active !== undefined, 'a loaded log has a segment')
    return active
  }

  get first(): Segment {
    const first = this.#segments[0]
    assert(first !== undefined, 'a loaded log has a segment')
    return first
  }

  get sizeInBytes(): number {
    let bytes = 0
    for (const segment of this.#segments) bytes += segment.sizeInBytes
    return bytes
  }

  add(segment: Segment): void {
    const last = this.#segments.at(-1)
    assert(
      last === undefined || last.baseOffset < segment.baseOffset,
      'segments are added in order of their base offsets',
    )
    this.#segments.push(segment)
  }

  remove(segment: Segment): void {
    this.#segments = this.#segments.filter((each) => each !== segment)
  }

  /** Puts one segment in the place of several that follow each other. */
  replace(old: readonly Segment[], fresh: readonly Segment[]): void {
    const at = this.#segments.findIndex((each) => each === old[0])
    assert(at >= 0, 'replaced segments are in the list')
    this.#segments = this.#segments.toSpliced(at, old.length, ...fresh)
  }

  clear(): void {
    this.#segments = []
  }

  /** Place of the segment that holds `offset` or would; 0 when it lies before all of them. */
  indexOf(offset: number): number {
    let low = 0
    let high = this.#segments.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#segments[middle]?.baseOffset ?? 0) <= offset) low = middle
      else high = middle
    }
    return low
  }

  at(index: number): Segment | undefined {
    return this.#segments[index]
  }

  /** The segments with records of `[from, to)`. */
  overlapping(from: number, to: number): Segment[] {
    if (from >= to) return []
    return this.#segments.filter(
      (segment, i) =>
        segment.baseOffset < to &&
        (this.#segments[i + 1]?.baseOffset ?? Number.POSITIVE_INFINITY) > from,
    )
  }
}
