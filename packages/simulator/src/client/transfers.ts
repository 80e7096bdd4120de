// Transactions in a story of our client: each writes the same value to several partitions. In the end a reader of committed
// records finds all records of a committed transaction once, none of an aborted one, and all or none of one whose outcome
// nobody knew.

import { type KafkaClient, nullable, string, topic } from '@samsa/client'
import type { Clock } from '@samsa/world'
import type { SeededRandom } from '@samsa/world/simulated'

type Outcome = 'committed' | 'aborted' | 'unknown'

const transfers = topic('transfers', { key: nullable(string), value: string })

/** What writers of transactions did. */
export class Transfers {
  readonly #clock: Clock
  readonly #partitionCount: number
  /** Records and outcome of every transaction, by its value. */
  readonly #all = new Map<string, { readonly records: number; outcome: Outcome }>()

  constructor(clock: Clock, partitionCount: number) {
    this.#clock = clock
    this.#partitionCount = partitionCount
  }

  /** How many transactions ended so. */
  count(outcome: Outcome): number {
    return [...this.#all.values()].filter((transfer) => transfer.outcome === outcome).length
  }

  /** Writes transactions until `isOver`. */
  async write(
    name: string,
    kafka: KafkaClient,
    random: SeededRandom,
    isOver: () => boolean,
  ): Promise<void> {
    const options = {
      transactionalId: name,
      transactionTimeoutMs: 2000,
      deliveryTimeoutMs: 1500,
      requestTimeoutMs: 700,
      maxBlockMs: 3000,
    }
    let producer = kafka.producer(options)
    for (let i = 0; !isOver(); i++) {
      const value = `${name} ${i}`
      const records = Array.from({ length: 1 + random.below(5) }, () => {
        return { key: null, value, partition: random.below(this.#partitionCount) }
      })
      const transfer: { records: number; outcome: Outcome } = {
        records: records.length,
        outcome: 'unknown',
      }
      this.#all.set(value, transfer)
      const isKept = random.chance(0.8)
      let isWhole = false
      try {
        await producer.transaction(async (tx) => {
          for (const record of records) {
            const sent = tx.send(transfers, record)
            if (random.chance(0.5)) await sent
            if (random.chance(0.1)) await this.#clock.sleep(random.below(50))
          }
          if (!isKept) throw new Error('not kept')
          isWhole = true
        })
        transfer.outcome = 'committed'
      } catch (error) {
        // Before the end of the function nothing was asked to be committed.
        if (!isWhole) transfer.outcome = 'aborted'
        if (error instanceof Error && error.name === 'PRODUCER_FENCED') {
          await producer.close()
          producer = kafka.producer(options)
        }
      }
      await this.#clock.sleep(random.below(60))
    }
  }

  /** Reads what is committed and holds it against what the writers were told. */
  async check(kafka: KafkaClient): Promise<void> {
    const consumer = kafka.consumer<typeof transfers>({ isolationLevel: 'read_committed' })
    const found = new Map<string, number>()
    const partitions = await consumer.partitionsOf(transfers)
    const end = await this.#mark(kafka, partitions)
    for (const partition of partitions) {
      consumer.assign([{ topic: transfers, partition, from: 'earliest' }])
      for await (const { value } of consumer) {
        if (value === end) break
        found.set(value, (found.get(value) ?? 0) + 1)
      }
    }
    for (const [value, { records, outcome }] of this.#all) {
      const count = found.get(value) ?? 0
      const mayBeThere = outcome !== 'aborted' && count === records
      const mayBeGone = outcome !== 'committed' && count === 0
      if (mayBeThere || mayBeGone) continue
      throw new Error(`${count} of ${records} records of ${value}, ${outcome}, are there`)
    }
  }

  /** A committed record at the end of every partition: behind it lies nothing of the story. */
  async #mark(kafka: KafkaClient, partitions: readonly number[]): Promise<string> {
    const value = 'end'
    const records = partitions.map((partition) => ({ key: null, value, partition }))
    await kafka.producer().sendAll(transfers, records)
    return value
  }
}
