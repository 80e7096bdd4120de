// Records whose order can be told: values count up within each key. And a producer that writes them, many at a time.

import { setTimeout as delay } from 'node:timers/promises'
import { type KafkaClient, string, type Topic, topic } from '@samsa/client'

const keys = 40
/** Sends that wait for their acknowledgements at a time. */
const mostUnderWay = 200

/** A topic of such records. */
export function keyed(name: string): Topic<string, string> {
  return topic(name, { key: string, value: string })
}

/** The first value that comes behind a later one of its key; undefined when all are in order. */
export function disorderOf(values: readonly string[]): string | undefined {
  const last = new Map<string, number>()
  return values.find((value) => {
    const [key = '', number = ''] = value.split(':')
    const isLate = Number(number) <= (last.get(key) ?? -1)
    last.set(key, Number(number))
    return isLate
  })
}

/** Writes until it is stopped. */
export class Writing {
  /** What was acknowledged, and where it is said to be. */
  readonly acknowledged = new Map<string, string>()
  readonly failures: string[] = []
  readonly #running: Promise<void>
  #isOver = false

  constructor(kafka: KafkaClient, log: Topic<string, string>) {
    this.#running = this.#write(kafka, log)
  }

  /** Resolves when everything has its outcome. */
  async stop(): Promise<void> {
    this.#isOver = true
    await this.#running
  }

  async #write(kafka: KafkaClient, log: Topic<string, string>): Promise<void> {
    const producer = kafka.producer()
    const underWay = new Set<Promise<void>>()
    for (let n = 0; !this.#isOver; n++) {
      const key = `k${n % keys}`
      const value = `${key}:${Math.floor(n / keys)}`
      const sent = producer.send(log, { key, value }).then(
        ({ topic: name, partition, offset }) => {
          this.acknowledged.set(value, `${name}-${partition} ${offset}`)
        },
        (error: unknown) => void this.failures.push(`${value}: ${String(error)}`),
      )
      const one = sent.finally(() => underWay.delete(one))
      underWay.add(one)
      if (underWay.size >= mostUnderWay) await Promise.race(underWay)
      if (n % 10 === 0) await delay(1)
    }
    await Promise.all(underWay)
    await producer.close()
  }
}
