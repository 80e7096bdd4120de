// One story of our own client: producers and consumers as programs use them, while the broker crashes and the network loses
// connections. Then all is mended, read, and held against what the client promised:
//   - an acknowledged record is at its offset; what an idempotent producer sent is there at most once;
//   - a send has an outcome within its delivery timeout;
//   - the records that one producer sends to one partition, one call after the other, are in the order of the calls;
//   - a consumer sees every offset that has a record once, in order;
//   - a transaction is there as a whole or not at all.

import { type Broker, startBroker } from '@samsa/broker'
import { connect, type KafkaClient, nullable, string, topic } from '@samsa/client'
import {
  type SeededRandom,
  simulate,
  type Simulation,
  type SimulationOptions,
} from '@samsa/world/simulated'
import { History } from '../broker/history.ts'
import { Transfers } from './transfers.ts'

/** What became of a story. */
export interface StoryEnd {
  readonly traceHash: string
  readonly events: number
  readonly crashes: number
  readonly acknowledged: number
  readonly failed: number
  readonly read: number
  readonly committed: number
}

const host = 'broker'
const port = 9092
const storyMs = 3000
const deliveryTimeoutMs = 4000
/** Outcomes are told when the loop comes round. */
const slackMs = 1500
const quietMs = 3000
const log = topic('stories', { key: nullable(string), value: string })

/** Tells the story of a seed; rejects when a rule was broken. */
export async function tellStory(seed: number, how: SimulationOptions = {}): Promise<StoryEnd> {
  const tell = (simulation: Simulation) => new Story(simulation).tell()
  const { value, traceHash, events } = await simulate(seed, tell, how)
  return { traceHash, events, ...value }
}

class Story {
  readonly #simulation: Simulation
  readonly #history = new History()
  readonly #partitions: number
  readonly #endsAtMs: number
  readonly #transfers: Transfers
  #broker: Broker | undefined
  #crashes = 0
  #failed = 0

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    this.#partitions = 1 + simulation.random.below(3)
    this.#endsAtMs = simulation.clock.monotonic() + simulation.extent.of(storyMs)
    this.#transfers = new Transfers(simulation.clock, this.#partitions)
  }

  async tell(): Promise<Omit<StoryEnd, 'traceHash' | 'events'>> {
    const { random } = this.#simulation
    await this.#start()
    if (this.#simulation.extent.fault()) this.#faults()
    const consumers = [0, 1].map((i) => this.#consume(`consumer-${i}`))
    const producers = [0, 1, 2].map((i) => this.#produce(`producer-${i}`, random.fork(`p${i}`)))
    const writers = [0, 1].map((i) => this.#transact(`writer-${i}`, random.fork(`w${i}`)))
    await Promise.all([...producers, ...writers, this.#crashNowAndThen()])
    this.#mend()
    // What the network still holds of requests that were given up arrives, or never will.
    await this.#simulation.clock.sleep(quietMs)
    const content = await this.#readAll('reader')
    for (let partition = 0; partition < this.#partitions; partition++) {
      const records = content.filter((record) => record.partition === partition)
      this.#history.check(partition, new Map(records.map(({ offset, value }) => [offset, value])))
      checkOrder(records.map(({ value }) => value))
    }
    for (const stop of await Promise.all(consumers)) await stop(content.length)
    const kafka = this.#connect('transfers-reader')
    await this.#transfers.check(kafka)
    await kafka.close()
    await this.#broker?.close()
    const { acknowledged, read } = this.#history
    const committed = this.#transfers.count('committed')
    return { crashes: this.#crashes, acknowledged, failed: this.#failed, read, committed }
  }

  get #isOver(): boolean {
    return this.#simulation.clock.monotonic() >= this.#endsAtMs
  }

  #connect(node: string): KafkaClient {
    const { world } = this.#simulation.node(node)
    return connect({ world, brokers: `${host}:${port}`, requestTimeoutMs: 1000 })
  }

  async #start(): Promise<void> {
    this.#broker = await startBroker({
      world: this.#simulation.node(host).world,
      directory: '/data',
      host,
      port,
      settings: { 'num.partitions': this.#partitions },
    })
  }

  async #crashNowAndThen(): Promise<void> {
    const { random, clock, extent } = this.#simulation
    const node = this.#simulation.node(host)
    while (!this.#isOver) {
      await clock.sleep(random.between(300, 2500))
      if (!extent.fault()) continue
      this.#crashes += 1
      node.kill()
      node.start()
      await clock.sleep(random.between(0, 600))
      await this.#start()
    }
  }

  /** Each seed has its own mix, so that no fault hides another for good. */
  #faults(): void {
    const { random, network } = this.#simulation
    if (random.chance(0.7)) network.faults.latency = [0, random.between(1, 20)]
    if (random.chance(0.6)) network.faults.resetChance = 0.01
    if (random.chance(0.5)) network.faults.splitChance = 0.3
    if (random.chance(0.4)) {
      network.faults.stallChance = 0.01
      network.faults.stall = [10, 1500]
    }
  }

  #mend(): void {
    const mended = { latency: [0, 0], resetChance: 0, splitChance: 0, stallChance: 0 }
    Object.assign(this.#simulation.network.faults, mended)
  }

  async #produce(name: string, random: SeededRandom): Promise<void> {
    const { clock } = this.#simulation
    const kafka = this.#connect(name)
    const producer = kafka.producer({
      deliveryTimeoutMs,
      maxBlockMs: deliveryTimeoutMs,
      requestTimeoutMs: 1000,
      batchSize: random.chance(0.5) ? 100 : 16_384,
      lingerMs: random.below(10),
      compressionType: random.chance(0.3) ? 'gzip' : 'none',
    })
    const sends: Promise<void>[] = []
    for (let i = 0; !this.#isOver; i++) {
      const value = `${name} ${i}`
      const partition = random.below(this.#partitions)
      this.#history.sending(value, partition, true)
      const begunMs = clock.monotonic()
      const sent = producer.send(log, { key: null, value, partition }).then(
        ({ offset }) => {
          this.#history.acknowledged += 1
          if (offset >= 0) this.#history.acknowledge(value, offset)
        },
        (error: unknown) => {
          this.#failed += 1
          if (!isExpected(error)) throw error
        },
      )
      sends.push(
        sent.then(() => {
          const tookMs = clock.monotonic() - begunMs
          if (tookMs <= deliveryTimeoutMs * 2 + slackMs) return
          throw new Error(`${value} had its outcome only after ${tookMs} ms`)
        }),
      )
      if (random.chance(0.3)) await clock.sleep(random.below(30))
    }
    await Promise.all(sends)
    await kafka.close()
  }

  async #transact(name: string, random: SeededRandom): Promise<void> {
    const kafka = this.#connect(name)
    await this.#transfers.write(name, kafka, random, () => this.#isOver)
    await kafka.close()
  }

  /** Reads from the beginning; answers with a function that waits until so many records were seen, then ends. */
  async #consume(name: string): Promise<(count: number) => Promise<void>> {
    const kafka = this.#connect(name)
    const consumer = kafka.consumer<typeof log>({ fetchMaxWaitMs: 100, maxPollRecords: 7 })
    await consumer.assignAll([log], 'earliest')
    const lastOffset = new Map<number, number>()
    let count = 0
    const reading = (async () => {
      for await (const { partition, offset, value } of consumer) {
        const before = lastOffset.get(partition) ?? -1
        if (offset <= before) throw new Error(`${name} read ${offset} after ${before}`)
        lastOffset.set(partition, offset)
        this.#history.saw(partition, offset, value)
        count += 1
      }
    })()
    return async (expected) => {
      await Promise.race([reading, this.#simulation.until(() => count >= expected)])
      if (count !== expected) throw new Error(`${name} read ${count} of ${expected} records`)
      await kafka.close()
      await reading
    }
  }

  /** All records up to the present ends. */
  async #readAll(name: string): Promise<{ partition: number; offset: number; value: string }[]> {
    const kafka = this.#connect(name)
    const consumer = kafka.consumer<typeof log>()
    const partitions = await consumer.partitionsOf(log)
    const places = partitions.map((partition) => ({ topic: log, partition }))
    const ends = await consumer.offsets(places, 'latest')
    const records: { partition: number; offset: number; value: string }[] = []
    for (const { partition, offset: end } of ends) {
      if (end === 0) continue
      consumer.assign([{ topic: log, partition, from: 'earliest' }])
      for await (const { offset, value } of consumer) {
        this.#history.saw(partition, offset, value)
        records.push({ partition, offset, value })
        if (offset >= end - 1) break
      }
    }
    await kafka.close()
    return records
  }
}

/**
 * What a caller has to live with when a broker is away for longer than a record may take: it is over, or what came before it
 * failed so, and it cannot be sent anew without the danger of being written twice.
 */
const expectedErrors = ['REQUEST_TIMED_OUT', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'WorldError']

function isExpected(error: unknown): boolean {
  return error instanceof Error && expectedErrors.includes(error.name)
}

/** Values are `producer number`, numbered in the order of the calls. */
function checkOrder(values: readonly string[]): void {
  const last = new Map<string, number>()
  for (const value of values) {
    const [producer = '', number = ''] = value.split(' ')
    const before = last.get(producer) ?? -1
    if (Number(number) <= before) throw new Error(`${value} stands behind ${producer} ${before}`)
    last.set(producer, Number(number))
  }
}
