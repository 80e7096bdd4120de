// Members in the order of how many partitions they have, fewest first; equals by their id.
//
// Invariant: a member is taken out before its number changes, and put back after.

import { compareText } from './java-order.ts'

/** An ordered set of member ids. */
export class SortedMembers implements Iterable<string> {
  readonly #countOf: (memberId: string) => number
  readonly #members: string[] = []

  constructor(countOf: (memberId: string) => number) {
    this.#countOf = countOf
  }

  get first(): string | undefined {
    return this.#members[0]
  }

  get last(): string | undefined {
    return this.#members.at(-1)
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#members[Symbol.iterator]()
  }

  add(memberId: string): void {
    this.#members.splice(this.#place(memberId), 0, memberId)
  }

  remove(memberId: string): void {
    const place = this.#place(memberId)
    if (this.#members[place] === memberId) this.#members.splice(place, 1)
  }

  /** Where the member is, or would be. */
  #place(memberId: string): number {
    let low = 0
    let high = this.#members.length
    const count = this.#countOf(memberId)
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#members[middle] ?? ''
      const order = this.#countOf(other) - count || compareText(other, memberId)
      if (order < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
