// What an operator asks later: why was this connection closed, why was this request refused. Recent events are kept in
// a bounded ring; listeners hear them as they happen.

import type { Clock } from '@samsa/world'

/** One thing that happened and why. `kind` is a constant, `reason` a sentence, the rest is data. */
export interface ExplainEvent {
  /** Wall-clock time in milliseconds. */
  readonly atMs: number
  readonly kind: string
  readonly reason: string
  readonly subject: Readonly<Record<string, string | number>>
}

/** Events kept for those who ask afterwards. */
const keptMax = 1000

/** The stream of explanations of one broker. */
export class Explain {
  readonly #clock: Clock
  readonly #kept: ExplainEvent[] = []
  readonly #listeners = new Set<(event: ExplainEvent) => void>()
  #next = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Records that something happened. */
  tell(kind: string, reason: string, subject: ExplainEvent['subject']): void {
    const event = { atMs: this.#clock.now(), kind, reason, subject }
    this.#kept[this.#next] = event
    this.#next = (this.#next + 1) % keptMax
    for (const listener of this.#listeners) listener(event)
  }

  /** The recent events, oldest first. */
  recent(): readonly ExplainEvent[] {
    return [...this.#kept.slice(this.#next), ...this.#kept.slice(0, this.#next)]
  }

  /** Is told every event from now on; returns a function that stops that. */
  onEvent(listener: (event: ExplainEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
