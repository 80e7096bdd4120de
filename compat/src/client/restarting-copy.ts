// Copies a topic in transactions, the offsets of what was read with the records that were written, while brokers are
// restarted. A transaction that failed is no end: its batch is read again.

import type { Consumer, KafkaClient, Topic } from '@samsa/client'

type Log = Topic<string, string>

/** One copier; several share the topic as a group. */
export class Copying {
  readonly name: string
  committed = 0
  aborted = 0
  /** Why it ended before it was closed. */
  failure: string | undefined
  readonly #consumer: Consumer<Log>
  readonly #copying: Promise<void>

  constructor(
    kafka: KafkaClient,
    { source, copy, name }: { readonly source: Log; readonly copy: Log; readonly name: string },
  ) {
    this.name = name
    this.#consumer = kafka.consumer<Log>({
      group: 'copiers',
      topics: [source],
      autoOffsetReset: 'earliest',
      isolationLevel: 'read_committed',
      commits: 'manual',
    })
    this.#copying = this.#copy(kafka, source, copy)
  }

  async #copy(kafka: KafkaClient, source: Log, copy: Log): Promise<void> {
    const producer = kafka.producer({ transactionalId: this.name })
    try {
      for await (const batch of this.#consumer.batches()) {
        try {
          await producer.transaction(async (tx) => {
            for (const { key, value } of batch.records) void tx.send(copy, { key, value })
            await tx.sendOffsets(this.#consumer, batch)
          })
          this.committed += 1
        } catch (error) {
          if (error instanceof Error && error.name === 'PRODUCER_FENCED') throw error
          this.aborted += 1
          const [first] = batch.records
          const isMine = this.#consumer.assignment.some(
            ({ partition }) => partition === batch.partition,
          )
          if (isMine && first !== undefined) {
            this.#consumer.seek(source, batch.partition, first.offset)
          }
        }
      }
    } catch (error) {
      this.failure = String(error)
    } finally {
      await producer.close()
    }
  }

  async close(): Promise<void> {
    await this.#consumer.close()
    await this.#copying
  }
}
