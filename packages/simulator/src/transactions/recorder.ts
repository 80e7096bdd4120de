// Writes the history of a story while it is told.

import type { Clock } from '@samsa/world'
import type { Action, HistoryEvent, MicroOperation, Outcome } from '../history/index.ts'

/** Name of a partition in the history. */
export function keyOf(partition: number): string {
  return `p${partition}`
}

/** The events so far. */
export class Recorder {
  readonly events: HistoryEvent[] = []
  readonly #clock: Clock
  #processes = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The number of a process that was never used before. */
  newProcess(): number {
    return this.#processes++
  }

  begins(proc: number, action: Action): void {
    this.#add(proc, 'invoke', action, false)
  }

  ends(proc: number, type: Outcome, action: Action, isFinal = false): void {
    this.#add(proc, type, action, isFinal)
  }

  /** The process reads these partitions from now on, from wherever it likes. */
  assigns(proc: number, partitions: readonly number[]): void {
    for (const value of [[], partitions.map(keyOf)]) {
      this.begins(proc, { f: 'assign', value })
      this.ends(proc, 'ok', { f: 'assign', value })
    }
  }

  #add(proc: number, type: HistoryEvent['type'], action: Action, isFinal: boolean): void {
    const tMono = this.#clock.monotonic()
    const event = { i: this.events.length, proc, type, tMono, ...action }
    this.events.push(isFinal ? { ...event, final: true } : event)
  }
}

/** Records of one poll, of one partition. */
export function polled(
  partition: number,
  records: readonly { readonly offset: number; readonly value: number }[],
): MicroOperation {
  return ['poll', { [keyOf(partition)]: records.map(({ offset, value }) => [offset, value]) }]
}
