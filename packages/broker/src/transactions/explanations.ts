// Why transactions do what they do: a short list of events for each transactional id, newest last, and the same in the
// log. It answers "why was this producer fenced", "why was it aborted" and "why is the last stable offset stuck".

import type { Logger } from '@samsa/world'

/** What happened. */
export type TransactionEventKind =
  | 'initialized'
  | 'fenced'
  | 'timed-out'
  | 'prepared'
  | 'marker-refused'
  | 'completed'
  | 'expired'

/** One thing that happened to a transactional id. */
export interface TransactionEvent {
  /** Wall-clock time in milliseconds. */
  readonly atMs: number
  readonly kind: TransactionEventKind
  readonly producerId: number
  readonly producerEpoch: number
  /** One sentence. */
  readonly reason: string
}

/** Events kept for an id, and ids events are kept for. */
const EVENTS_PER_ID = 16
const IDS = 1_000

/** What goes wrong or is forced is worth a line by itself; the rest is for those who look closely. */
const NOTABLE: ReadonlySet<TransactionEventKind> = new Set([
  'fenced',
  'timed-out',
  'marker-refused',
  'expired',
])

/** The last events of the transactional ids that had any lately. */
export class TransactionExplanations {
  readonly #logger: Logger
  /** In order of the last event, so that the first is the one to forget. */
  readonly #events = new Map<string, TransactionEvent[]>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Keeps and logs an event. */
  note(transactionalId: string, event: TransactionEvent): void {
    const events = this.#events.get(transactionalId) ?? []
    events.push(event)
    if (events.length > EVENTS_PER_ID) events.shift()
    this.#events.delete(transactionalId)
    this.#events.set(transactionalId, events)
    if (this.#events.size > IDS) {
      const oldest = this.#events.keys().next().value
      if (oldest !== undefined) this.#events.delete(oldest)
    }
    const { atMs: _atMs, kind, ...fields } = event
    const line = { transactionalId, event: kind, ...fields }
    if (NOTABLE.has(kind)) this.#logger.info(line, 'Transaction event.')
    else this.#logger.debug(line, 'Transaction event.')
  }

  /** The events of a transactional id, oldest first. */
  of(transactionalId: string): readonly TransactionEvent[] {
    return this.#events.get(transactionalId) ?? []
  }
}
