// What a call about several things gives. Awaited, it is a map of what became of them, or the error of the first that
// failed, which names all that did; `each()` tells them apart.

import { KafkaError } from '@samsa/protocol'

/** The value of each thing, or why there is none. */
export type Outcomes<Key, Value> = Map<Key, Value | KafkaError>

/**
 * The results of a call about several things, by their keys: `await` it for all values, or for the error if one failed;
 * `await results.each()` for the outcome of each.
 */
export class Results<Key, Value> extends Promise<ReadonlyMap<Key, Value>> {
  readonly #outcomes: Promise<Outcomes<Key, Value>>

  constructor(outcomes: Promise<Outcomes<Key, Value>>) {
    super((resolve, reject) => {
      outcomes.then((known) => resolve(valuesOf(known))).catch(reject)
    })
    this.#outcomes = outcomes
  }

  /** What `then` gives is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  /** Outcomes one by one. Rejects only when nothing can be said of any of them. */
  each(): Promise<ReadonlyMap<Key, Value | KafkaError>> {
    // Whoever asks for each outcome has taken the errors over.
    this.catch(() => {})
    return this.#outcomes
  }
}

/** All values. Throws the first error; with several, one that lists them all and has them as its cause. */
function valuesOf<Key, Value>(outcomes: Outcomes<Key, Value>): Map<Key, Value> {
  const values = new Map<Key, Value>()
  const errors: KafkaError[] = []
  for (const [key, outcome] of outcomes) {
    if (outcome instanceof KafkaError) errors.push(outcome)
    else values.set(key, outcome)
  }
  const [first] = errors
  if (first === undefined) return values
  if (errors.length === 1) throw first
  const sentences = errors.map(({ name, message }) => `\n  ${name}: ${message}`).join('')
  const message = `${errors.length} of ${outcomes.size} failed.${sentences}`
  throw new KafkaError(first.name, message, { cause: new AggregateError(errors) })
}
