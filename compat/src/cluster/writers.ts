// Producers that go on writing while brokers die: every value once, acknowledged or not, with the longest time in which
// nothing was acknowledged.

import { connect, nullable, string, topic } from '@samsa/client'
import { Kafka, logLevel } from 'kafkajs'

/** A producer under test. */
export interface Writer {
  readonly name: string
  /** Rejects when the value may not have been written. */
  send(value: string): Promise<void>
  close(): Promise<void>
}

/** Partitions of the topics that are written to. */
export const partitions = 3

/**
 * An idempotent producer of kafkajs, acks=all. Each value names its partition: left to itself, kafkajs picks another one
 * for every attempt, under the sequence of the first, and so writes a value twice and the next one not at all.
 */
export async function kafkajsWriter(brokers: readonly string[], name: string): Promise<Writer> {
  const retry = { retries: 100, initialRetryTime: 20, maxRetryTime: 200 }
  const options = { clientId: 'cluster', brokers: [...brokers], retry, requestTimeout: 5000 }
  const kafka = new Kafka({ ...options, logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry })
  await producer.connect()
  let sent = 0
  return {
    name: 'kafkajs',
    send: async (value) => {
      const partition = sent++ % partitions
      await producer.send({ topic: name, acks: -1, messages: [{ value, partition }] })
    },
    close: () => producer.disconnect(),
  }
}

/** Our idempotent producer, acks=all. */
export async function ownWriter(brokers: readonly string[], name: string): Promise<Writer> {
  const kafka = connect({ brokers: brokers.join(',') })
  const values = topic(name, { key: nullable(string), value: string })
  const producer = kafka.producer()
  return {
    name: 'samsa',
    send: async (value) => {
      await producer.send(values, { key: null, value })
    },
    close: () => kafka.close(),
  }
}

/** One producer at work. */
export class Writing {
  readonly name: string
  readonly acknowledged: string[] = []
  readonly failures: string[] = []
  /** Longest time without an acknowledgement since `mark`, in milliseconds. */
  #longestMs = 0
  #lastAtMs = performance.now()
  readonly #writer: Writer
  #isOver = false
  readonly #running: Promise<void>

  constructor(writer: Writer) {
    this.#writer = writer
    this.name = writer.name
    this.#running = this.#run()
  }

  /** Begins a new measurement. */
  mark(): void {
    this.#longestMs = 0
    this.#lastAtMs = performance.now()
  }

  /** The longest time without an acknowledgement since `mark`, the present one included. */
  get longestMs(): number {
    return Math.max(this.#longestMs, performance.now() - this.#lastAtMs)
  }

  /** Stops writing; resolves when the last value has its outcome. */
  async stop(): Promise<void> {
    this.#isOver = true
    await this.#running
    await this.#writer.close()
  }

  async #run(): Promise<void> {
    for (let i = 0; !this.#isOver; i++) {
      const value = `${this.name}-${i}`
      try {
        await this.#writer.send(value)
        this.acknowledged.push(value)
        this.#longestMs = this.longestMs
        this.#lastAtMs = performance.now()
      } catch (error) {
        this.failures.push(`${value}: ${error instanceof Error ? error.message : String(error)}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
}
