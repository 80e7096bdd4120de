// A member of a group that reads while brokers are restarted. What it has read and could not commit it may read again, from
// then on in order.

import type { Consumer, KafkaClient, Topic } from '@samsa/client'

type Log = Topic<string, string>

/** One member. */
export class Grouping {
  readonly values: string[] = []
  /** Why its loop ended before it was closed. */
  failure: string | undefined
  /** Records that came behind later ones of their partition without a new assignment in between. */
  backwards = 0
  readonly #consumer: Consumer<Log>
  readonly #reading: Promise<void>
  readonly #positions = new Map<number, number>()

  constructor(kafka: KafkaClient, log: Log, group: string) {
    this.#consumer = kafka.consumer<Log>({
      group,
      topics: [log],
      autoOffsetReset: 'earliest',
      autoCommitIntervalMs: 200,
      onAssigned: (places) => {
        for (const { partition } of places) this.#positions.delete(partition)
      },
    })
    this.#reading = this.#read()
  }

  async #read(): Promise<void> {
    try {
      for await (const { partition, offset, value } of this.#consumer) {
        if (offset <= (this.#positions.get(partition) ?? -1)) this.backwards += 1
        this.#positions.set(partition, offset)
        this.values.push(value)
      }
    } catch (error) {
      this.failure = String(error)
    }
  }

  async close(): Promise<void> {
    await this.#consumer.close()
    await this.#reading
  }
}
