// Producers that go on writing while brokers die: every value once, acknowledged or not. Those of Node's clients run here,
// those of other languages in processes of their own.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { connect, nullable, string, topic } from '@samsa/client'
import { Kafka, logLevel } from 'kafkajs'
import { type Load, Tally } from './tally.ts'

/** Partitions of the topics that are written to. */
export const partitions = 3

/** Between two values of one producer, in milliseconds. */
const pauseMs = 10

interface Writer {
  /** Rejects when the value may not have been written. */
  send(value: string, partition: number): Promise<unknown>
  close(): Promise<void>
}

/**
 * An idempotent producer of kafkajs, acks=all. Each value names its partition: left to itself, kafkajs picks another one
 * for every attempt, under the sequence of the first, and so writes a value twice and the next one not at all.
 */
export async function kafkajsLoad(brokers: readonly string[], name: string): Promise<Load> {
  const retry = { retries: 100, initialRetryTime: 20, maxRetryTime: 200 }
  const options = { clientId: 'cluster', brokers: [...brokers], retry, requestTimeout: 3000 }
  const kafka = new Kafka({ ...options, logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry })
  await producer.connect()
  return new WriterLoad('kafkajs', {
    send: (value, partition) =>
      producer.send({ topic: name, acks: -1, messages: [{ value, partition }] }),
    close: () => producer.disconnect(),
  })
}

/** Our idempotent producer, acks=all, and two consumers of a group that read what it writes. */
export async function ownLoad(brokers: readonly string[], name: string): Promise<Load> {
  const kafka = connect({ brokers: brokers.join(',') })
  const values = topic(name, { key: nullable(string), value: string })
  const producer = kafka.producer()
  const load = new WriterLoad('samsa', {
    send: (value, partition) => producer.send(values, { key: null, value, partition }),
    close: () => kafka.close(),
  })
  const read = async (): Promise<void> => {
    const group = 'readers-samsa'
    const consumer = kafka.consumer<typeof values>({
      group,
      topics: [values],
      autoOffsetReset: 'earliest',
      sessionTimeoutMs: 6000,
      heartbeatIntervalMs: 1000,
    })
    for await (const { value } of consumer) load.tally.read.add(value)
  }
  for (let i = 0; i < 2; i++) {
    read().catch((error: unknown) =>
      load.tally.fail(
        'a reader of the group',
        String(error instanceof Error ? error.stack : error),
      ),
    )
  }
  return load
}

/** A producer in this process at work. */
class WriterLoad implements Load {
  readonly tally: Tally
  readonly #writer: Writer
  #isOver = false
  readonly #running: Promise<void>

  constructor(name: string, writer: Writer) {
    this.tally = new Tally(name)
    this.#writer = writer
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#running
  }

  close(): Promise<void> {
    return this.#writer.close()
  }

  async #run(): Promise<void> {
    for (let i = 0; !this.#isOver; i++) {
      const value = `${this.tally.name}-${i}`
      try {
        await this.#writer.send(value, i % partitions)
        this.tally.acknowledge(value)
      } catch (error) {
        this.tally.fail(value, error instanceof Error ? error.message : String(error))
      }
      await delay(pauseMs)
    }
  }
}

/** A producer and its group in a process of their own, which says a line for every value. */
export class ProgramLoad implements Load {
  readonly tally: Tally
  readonly #process: ChildProcess
  readonly #over: Promise<void>

  /** `args` are the program's own; bootstrap, topic, partitions and name follow. */
  constructor(
    name: string,
    [program, ...args]: readonly [string, ...string[]],
    { brokers, topic: topicName }: { readonly brokers: readonly string[]; readonly topic: string },
  ) {
    this.tally = new Tally(name)
    const words = [...args, brokers.join(','), topicName, String(partitions), name]
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'ignore'] })
    this.#process = child
    this.#over = new Promise((resolve) => {
      const lines = createInterface({ input: child.stdout })
      lines.on('line', (line) => {
        const [what, value = '', ...why] = line.split(' ')
        if (what === 'ok') this.tally.acknowledge(value)
        else if (what === 'read') this.tally.read.add(value)
        else if (what === 'no') this.tally.fail(value, why.join(' '))
        else if (what === 'over') resolve()
      })
      lines.on('close', resolve)
    })
  }

  async stop(): Promise<void> {
    this.#process.stdin?.end()
    await this.#over
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill('SIGKILL')
    await once(this.#process, 'exit')
  }
}
