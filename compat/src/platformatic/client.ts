// @platformatic/kafka as a user writes it: strings in, strings out, against one broker.

import { setTimeout as delay } from 'node:timers/promises'
import {
  Admin,
  Consumer,
  type ConsumeOptions,
  type ConsumerOptions,
  type Message,
  Producer,
  type ProducerOptions,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka'
import type { Checks } from '../runner/suite.ts'

/** A message whose parts are strings. */
export type Text = Message<string, string, string, string>

type Consuming = Partial<ConsumeOptions<string, string, string, string>>
type Reader = Consumer<string, string, string, string>

/** Makes clients and closes them all at the end. */
export class Platformatic implements AsyncDisposable {
  readonly #bootstrap: string
  readonly #open: (() => Promise<void>)[] = []
  readonly #asking: Admin
  readonly checks: Checks

  constructor(bootstrap: string, checks: Checks) {
    this.#bootstrap = bootstrap
    this.checks = checks
    this.#asking = this.admin()
  }

  get #base(): { clientId: string; bootstrapBrokers: string[]; retries: number; strict: boolean } {
    return { clientId: 'compat', bootstrapBrokers: [this.#bootstrap], retries: 5, strict: true }
  }

  /** Whether it holds that the call fails with the broker's error of this name. */
  async refuses(call: Promise<unknown>, errorName: string, sentence: string): Promise<void> {
    let found = 'nothing'
    try {
      await call
    } catch (error) {
      found = names(error).join(' ')
    }
    this.checks.check(found.includes(errorName), `${sentence}: expected ${errorName}, got ${found}`)
  }

  admin(): Admin {
    const admin = new Admin(this.#base)
    this.#open.push(() => admin.close())
    return admin
  }

  /**
   * Creates a topic and waits until each partition is led: the client repeats a whole request, and so duplicates
   * messages, when only some of its partitions are ready.
   */
  async createTopic(name: string, partitions: number): Promise<void> {
    const admin = this.admin()
    await admin.createTopics({ topics: [name], partitions, replicas: 1 })
    const asked = Array.from({ length: partitions }, (_, i) => i)
    await eventually(async () => {
      const latest = asked.map((partitionIndex) => ({ partitionIndex, timestamp: -1n }))
      return admin.listOffsets({ topics: [{ name, partitions: latest }] }).then(
        () => true,
        () => false,
      )
    })
  }

  /** The next offset of the topic's partition 0. */
  async latest(name: string): Promise<bigint> {
    const partitions = [{ partitionIndex: 0, timestamp: -1n }]
    const [answer] = await this.#asking.listOffsets({ topics: [{ name, partitions }] })
    return answer?.partitions[0]?.offset ?? -1n
  }

  producer(
    options: Partial<ProducerOptions<string, string, string, string>> = {},
  ): Producer<string, string, string, string> {
    const serializers = stringSerializers
    const producer = new Producer<string, string, string, string>({
      ...this.#base,
      serializers,
      ...options,
    })
    this.#open.push(() => producer.close(true))
    return producer
  }

  consumer(
    groupId: string,
    options: Partial<ConsumerOptions<string, string, string, string>> = {},
  ): Reader {
    const consumer = new Consumer<string, string, string, string>({
      ...this.#base,
      groupId,
      deserializers: stringDeserializers,
      maxWaitTime: 100,
      ...options,
    } as ConsumerOptions<string, string, string, string>)
    // A member that leaves while it joins reports that; what it read is what the suite judges.
    consumer.on('error', () => {})
    this.#open.push(() => consumer.close(true))
    return consumer
  }

  /** Starts reading a topic into an array that grows. */
  async read(consumer: Reader, topic: string, options: Consuming = {}): Promise<Text[]> {
    const into: Text[] = []
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', ...options })
    stream.on('data', (message: Text) => into.push(message))
    // A stream that is closed while it fetches reports that; what was read is what the suite judges.
    stream.on('error', () => {})
    return into
  }

  /** Reads `count` messages, or what came within ten seconds, with a consumer of its own. */
  async collect(topic: string, count: number, options: Consuming = {}): Promise<Text[]> {
    const consumer = this.consumer(`collect-${this.#open.length}`)
    const into = await this.read(consumer, topic, { autocommit: false, ...options })
    await until(() => into.length >= count, 10_000)
    await consumer.close(true)
    return into
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#open) await close().catch(() => {})
  }
}

function names(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)]
  const id = (error as { apiId?: string }).apiId
  const inner: unknown[] = [...((error as Partial<AggregateError>).errors ?? []), error.cause]
  const mine = id ?? error.message
  return [mine, ...inner.filter((e) => e !== undefined && e !== null).flatMap(names)]
}

/** Waits for a condition, at most `limitMs`; resolves to whether it holds. */
export async function until(holds: () => boolean, limitMs = 20_000): Promise<boolean> {
  const deadline = performance.now() + limitMs
  while (!holds() && performance.now() < deadline) await delay(20)
  return holds()
}

/** Asks again until the answer is yes, for at most five seconds. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 50 && !(await holds()); tries++) await delay(100)
}
