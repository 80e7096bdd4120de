// How long clients were without acknowledgements, by fault and client.

import type { Fault } from './faults.ts'
import type { Tally } from './tally.ts'

/** Collects the gaps of rounds. */
export class Availability {
  readonly #sessionTimeoutMs: number
  /** By fault, then by client: one figure a round, in milliseconds. */
  readonly #gaps = new Map<Fault, Map<string, number[]>>()

  constructor(sessionTimeoutMs: number) {
    this.#sessionTimeoutMs = sessionTimeoutMs
  }

  /** Notes what a fault cost; a line that says it. */
  add(fault: Fault, tallies: readonly Tally[]): string {
    const byClient = this.#gaps.get(fault) ?? new Map<string, number[]>()
    this.#gaps.set(fault, byClient)
    const said = tallies.map(({ name, longestMs }) => {
      const gapMs = Math.round(longestMs)
      byClient.set(name, [...(byClient.get(name) ?? []), gapMs])
      return `${name} ${gapMs}`
    })
    return `longest gaps in ms: ${said.join(', ')}`
  }

  /** A line for each fault: median and worst of each client. */
  lines(): string[] {
    return [...this.#gaps].map(([fault, byClient]) => {
      const figures = [...byClient].map(([name, gaps]) => {
        const sorted = gaps.toSorted((a, b) => a - b)
        return `${name} ${sorted[sorted.length >> 1]}/${sorted.at(-1)}`
      })
      const goalMs = fault.goalMs?.(this.#sessionTimeoutMs)
      const goal = goalMs === undefined ? '' : ` (goal ${goalMs})`
      return `${fault.name}: ms without an acknowledgement, median/worst${goal}: ${figures.join(', ')}`
    })
  }
}
