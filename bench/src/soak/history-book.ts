// The history of a soak, as the checker wants it: what each process asked for, and what it was told.

import type { Action, HistoryEvent, MicroOperation, Outcome } from '@samsa/simulator'

/** Name of a partition in the history. */
export function keyOf(partition: number): string {
  return `p${partition}`
}

/** The events so far. */
export class HistoryBook {
  readonly events: HistoryEvent[] = []
  #processes = 0
  #values = 0

  /** The number of a process that was never used before. */
  newProcess(): number {
    return this.#processes++
  }

  /** A value that no record has. */
  newValue(): number {
    return ++this.#values
  }

  begins(proc: number, action: Action): void {
    this.#add(proc, 'invoke', action, false)
  }

  ends(proc: number, type: Outcome, action: Action, isFinal = false): void {
    this.#add(proc, type, action, isFinal)
  }

  /** Records that the process was handed, in one step. */
  reads(
    proc: number,
    partition: number,
    records: readonly { readonly offset: number; readonly value: number }[],
    isFinal = false,
  ): void {
    const read = records.map(({ offset, value }) => [offset, value] as const)
    const poll: MicroOperation = ['poll', { [keyOf(partition)]: read }]
    this.begins(proc, { f: 'poll', value: [] })
    this.ends(proc, 'ok', { f: 'poll', value: [poll] }, isFinal)
  }

  #add(proc: number, type: HistoryEvent['type'], action: Action, isFinal: boolean): void {
    const event = { i: this.events.length, proc, type, tMono: performance.now(), ...action }
    this.events.push(isFinal ? { ...event, final: true } : event)
  }
}
