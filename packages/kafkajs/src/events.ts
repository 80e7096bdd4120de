// Events as kafkajs has them: an id that counts up, a type, a time, a payload. A listener that throws does not disturb
// what it listens to.

import type { Clock } from '@samsa/world'
import { KafkaJSNonRetriableError } from './errors.ts'
import { neverEmitted } from './event-names.ts'
import type { Logger } from './logger.ts'

/** What a listener is given. */
export interface InstrumentationEvent<T> {
  readonly id: string
  readonly type: string
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly payload: T
}

/** Takes a listener away. */
export type RemoveInstrumentationEventListener = () => void

type Listener = (event: InstrumentationEvent<never>) => unknown

/** Listeners of one producer, consumer or admin. */
export class Emitter {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #types: ReadonlySet<string>
  readonly #listeners = new Map<string, Set<Listener>>()
  #id = 0

  constructor(clock: Clock, logger: Logger, types: readonly string[]) {
    this.#clock = clock
    this.#logger = logger
    this.#types = new Set(types)
  }

  /** Throws KafkaJSNonRetriableError for an event that does not exist. */
  on<T>(
    type: string,
    listener: (event: InstrumentationEvent<T>) => unknown,
  ): RemoveInstrumentationEventListener {
    if (!this.#types.has(type)) {
      const known = [...this.#types].join(', ')
      throw new KafkaJSNonRetriableError(`Event name should be one of ${known}`)
    }
    if (neverEmitted.has(type)) this.#logger.warn(`The event ${type} does not occur`, { type })
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners.add(listener as Listener))
    return () => void listeners.delete(listener as Listener)
  }

  emit(type: string, payload: unknown = null): void {
    const listeners = this.#listeners.get(type)
    if (listeners === undefined || listeners.size === 0) return
    const id = String(this.#id++)
    const event = { id, type, timestamp: this.#clock.now(), payload } as InstrumentationEvent<never>
    for (const listener of listeners) {
      Promise.resolve()
        .then(() => listener(event))
        .catch((error: unknown) => {
          const stack = error instanceof Error ? error.stack : String(error)
          this.#logger.error(`Failed to execute listener: ${String(error)}`, { type, stack })
        })
    }
  }
}
