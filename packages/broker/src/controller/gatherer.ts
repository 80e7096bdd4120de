// Calls that are made in one turn, for one request: a client that creates a thousand topics costs one exchange between
// brokers and not a thousand.

import { KafkaError } from '@samsa/protocol'

interface Call<Item, Answer> {
  readonly item: Item
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** Answers by the key of the item; what is missing was not answered. */
export type Answers<Answer> = ReadonlyMap<string, Answer | KafkaError>

/** Gathers calls of one kind. */
export class Gatherer<Item, Answer> {
  readonly #keyOf: (item: Item) => string
  readonly #send: (items: readonly Item[]) => Promise<Answers<Answer>>
  /** Calls that leave together, by key; a second call with a key that is among them waits for the next departure. */
  #departures: Map<string, Call<Item, Answer>>[] = []

  constructor(
    keyOf: (item: Item) => string,
    send: (items: readonly Item[]) => Promise<Answers<Answer>>,
  ) {
    this.#keyOf = keyOf
    this.#send = send
  }

  /** Rejects with the KafkaError that is the answer, or that the sending ends with. */
  add(item: Item): Promise<Answer> {
    const key = this.#keyOf(item)
    return new Promise((resolve, reject) => {
      let departure = this.#departures.find((calls) => !calls.has(key))
      if (departure === undefined) {
        departure = new Map()
        this.#departures.push(departure)
        if (this.#departures.length === 1) queueMicrotask(() => this.#depart())
      }
      departure.set(key, { item, resolve, reject })
    })
  }

  #depart(): void {
    const departures = this.#departures
    this.#departures = []
    for (const calls of departures) void this.#carry(calls)
  }

  async #carry(calls: ReadonlyMap<string, Call<Item, Answer>>): Promise<void> {
    try {
      const answers = await this.#send([...calls.values()].map(({ item }) => item))
      for (const [key, { resolve, reject }] of calls) {
        const answer = answers.get(key)
        if (answer === undefined) reject(new KafkaError('UNKNOWN_SERVER_ERROR', key))
        else if (answer instanceof KafkaError) reject(answer)
        else resolve(answer)
      }
    } catch (error) {
      for (const { reject } of calls.values()) reject(error)
    }
  }
}
