// One story of consumers in groups: members of both protocols read, commit, join, leave, stand still and are killed, while
// the broker crashes and the network loses connections. What they promise stands in `readers.ts`.

import { type Broker, startBroker } from '@samsa/broker'
import {
  connect,
  type Consumer,
  type ConsumerOptions,
  type KafkaClient,
  nullable,
  string,
  type Topic,
  topic,
} from '@samsa/client'
import { type SeededRandom, simulate, type Simulation } from '@samsa/world/simulated'
import type { StoryEnd } from '../run-seeds.ts'
import { GroupReadings } from './readers.ts'

const host = 'broker'
const port = 9092
const storyMs = 12_000
const partitionCount = 4
const log: Topic<string | null, string> = topic('stories', { key: nullable(string), value: string })

const kinds: readonly ConsumerOptions<typeof log>[] = [
  { groupProtocol: 'classic' },
  { assignors: ['range'] },
  { assignors: ['sticky'] },
  { groupProtocol: 'consumer' },
]

/** Tells the story of a seed; rejects when a rule was broken. */
export async function tellStory(seed: number): Promise<StoryEnd> {
  const { value, traceHash } = await simulate(seed, (simulation) => new Story(simulation).tell())
  return { figures: value, traceHash }
}

class Story {
  readonly #simulation: Simulation
  readonly #endsAtMs: number
  readonly #readings = new GroupReadings()
  readonly #kind: ConsumerOptions<typeof log>
  readonly #commits: 'interval' | 'processed' | 'manual'
  #broker: Broker | undefined
  #readers = 0
  #isCalm = false
  readonly #counts = { crashes: 0, kills: 0, leaves: 0, stalls: 0 }

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    this.#endsAtMs = simulation.clock.monotonic() + storyMs
    const { random } = simulation
    this.#kind = kinds[random.below(kinds.length)] ?? {}
    this.#commits = random.chance(0.5) ? 'interval' : random.chance(0.6) ? 'processed' : 'manual'
  }

  async tell(): Promise<Record<string, number>> {
    await this.#start()
    this.#faults()
    const slots = [0, 1, 2].map((slot) => this.#occupy(slot))
    await Promise.all([this.#produce(), this.#crashNowAndThen()])
    this.#mend()
    await this.#settle()
    this.#isCalm = true
    await Promise.all(slots)
    await this.#broker?.close()
    return { ...this.#counts, processed: this.#readings.count }
  }

  get #isOver(): boolean {
    return this.#simulation.clock.monotonic() >= this.#endsAtMs
  }

  #connect(node: string): KafkaClient {
    const { world } = this.#simulation.node(node)
    return connect({ world, brokers: `${host}:${port}`, requestTimeoutMs: 2000 })
  }

  async #start(): Promise<void> {
    this.#broker = await startBroker({
      world: this.#simulation.node(host).world,
      directory: '/data',
      host,
      port,
      settings: {
        'num.partitions': partitionCount,
        'offsets.topic.num.partitions': 1,
        'group.initial.rebalance.delay.ms': 0,
        'group.min.session.timeout.ms': 1000,
        'group.consumer.min.session.timeout.ms': 1000,
        'group.consumer.session.timeout.ms': 1500,
        'group.consumer.min.heartbeat.interval.ms': 100,
        'group.consumer.heartbeat.interval.ms': 200,
      },
    })
  }

  async #crashNowAndThen(): Promise<void> {
    const { random, clock } = this.#simulation
    const node = this.#simulation.node(host)
    const crashes = random.chance(0.5)
    while (!this.#isOver) {
      await clock.sleep(random.between(1500, 5000))
      if (!crashes || this.#isOver) continue
      this.#counts.crashes += 1
      node.kill()
      node.start()
      await clock.sleep(random.between(0, 600))
      await this.#start()
    }
  }

  #faults(): void {
    const { random, network } = this.#simulation
    if (random.chance(0.7)) network.faults.latency = [0, random.between(1, 20)]
    if (random.chance(0.4)) network.faults.resetChance = 0.003
    if (random.chance(0.5)) network.faults.splitChance = 0.3
  }

  #mend(): void {
    const mended = { latency: [0, 0], resetChance: 0, splitChance: 0, stallChance: 0 }
    Object.assign(this.#simulation.network.faults, mended)
  }

  async #produce(): Promise<void> {
    const { clock, random } = this.#simulation
    const kafka = this.#connect('producer')
    const producer = kafka.producer()
    const sent: Promise<unknown>[] = []
    for (let i = 0; !this.#isOver; i++) {
      const partition = random.below(partitionCount)
      sent.push(producer.send(log, { key: null, value: `${i}`, partition }))
      await clock.sleep(random.below(40))
    }
    await Promise.all(sent)
    await kafka.close()
  }

  /** One reader after the other, each until it is killed, leaves or the story ends. */
  async #occupy(slot: number): Promise<void> {
    const { clock, random } = this.#simulation
    await clock.sleep(random.below(3000))
    while (!this.#isCalm) {
      const name = `reader-${slot}-${++this.#readers}`
      const node = this.#simulation.node(name)
      const reading = new Reading(this.#connect(name), {
        name,
        readings: this.#readings,
        random: random.fork(name),
        clock,
        options: { ...this.#kind, commits: this.#commits },
      })
      const isLast = this.#isOver
      const endsAtMs = clock.monotonic() + random.between(500, 4000)
      const isTime = (): boolean => clock.monotonic() >= endsAtMs || this.#isOver
      while (!this.#isCalm && !reading.hasEnded && (isLast || !isTime())) await clock.sleep(50)
      const fate = random.fraction()
      if (!this.#isCalm && fate < 0.4) {
        this.#counts.kills += 1
        reading.isDead = true
        node.kill()
        continue
      }
      this.#counts.leaves += 1
      await reading.close()
      this.#counts.stalls += reading.stalls
    }
  }

  /** Waits until every record that exists was processed, then looks at what is committed. */
  async #settle(): Promise<void> {
    const kafka = this.#connect('judge')
    const judge = kafka.consumer<typeof log>({ group: 'readers', autoOffsetReset: 'earliest' })
    const existing = await this.#existing(judge)
    const isDone = (): boolean => {
      return [...existing].every(([partition, offsets]) => {
        return this.#readings.hasAll(partition, offsets)
      })
    }
    await this.#simulation.until(isDone, { limitMs: 120_000 })
    const places = [...existing.keys()].map((partition) => ({ topic: log, partition }))
    for (const { partition, offset } of await judge.committed(places)) {
      this.#readings.checkCommitted(partition, offset, existing.get(partition) ?? [])
    }
    await kafka.close()
  }

  async #existing(judge: Consumer<typeof log>): Promise<Map<number, number[]>> {
    const existing = new Map<number, number[]>()
    const partitions = await judge.partitionsOf(log)
    const places = partitions.map((partition) => ({ topic: log, partition }))
    for (const { partition, offset: end } of await judge.offsets(places, 'latest')) {
      const offsets: number[] = []
      existing.set(partition, offsets)
      if (end === 0) continue
      judge.assign([{ topic: log, partition, from: 'earliest' }])
      for await (const { offset } of judge) {
        offsets.push(offset)
        if (offset >= end - 1) break
      }
    }
    judge.assign([])
    return existing
  }
}

interface ReadingContext {
  readonly name: string
  readonly readings: GroupReadings
  readonly random: SeededRandom
  readonly clock: Simulation['clock']
  readonly options: ConsumerOptions<typeof log>
}

/** One reader at work. */
class Reading {
  readonly done: Promise<void>
  /** Its process was killed: what it still says is not heard. */
  isDead = false
  /** It met what it has to live with, and another takes its place. */
  hasEnded = false
  stalls = 0
  readonly #kafka: KafkaClient
  readonly #context: ReadingContext

  constructor(kafka: KafkaClient, context: ReadingContext) {
    this.#kafka = kafka
    this.#context = context
    this.done = this.#read().finally(() => {
      this.hasEnded = true
    })
  }

  async #read(): Promise<void> {
    const { name, readings, random, clock, options } = this.#context
    const consumer = this.#kafka.consumer<typeof log>({
      group: 'readers',
      topics: [log],
      autoOffsetReset: 'earliest',
      sessionTimeoutMs: 1500,
      heartbeatIntervalMs: 200,
      maxPollIntervalMs: 3000,
      autoCommitIntervalMs: 100,
      fetchMaxWaitMs: 100,
      maxPollRecords: 1 + random.below(20),
      onAssigned: (partitions) => {
        readings.assigned(
          name,
          partitions.map(({ partition }) => partition),
        )
      },
      onStalled: () => {
        this.stalls += 1
      },
      ...options,
    })
    try {
      for await (const { partition, offset } of consumer) {
        if (random.chance(0.1)) await clock.sleep(random.below(60))
        if (random.chance(0.002)) await clock.sleep(random.between(2500, 5000))
        if (this.isDead) return
        readings.processed(name, partition, offset)
        if (options.commits === 'manual' && random.chance(0.2)) await consumer.commit()
      }
    } catch (error) {
      if (!this.isDead && !isExpected(error)) throw error
    }
  }

  async close(): Promise<void> {
    await this.#kafka.close()
    await this.done
  }
}

/** What a reader has to live with: commits that come too late, brokers that are away. */
function isExpected(error: unknown): boolean {
  const expected = [
    'WorldError',
    'REBALANCE_IN_PROGRESS',
    'ILLEGAL_GENERATION',
    'UNKNOWN_MEMBER_ID',
    'FENCED_MEMBER_EPOCH',
    'STALE_MEMBER_EPOCH',
  ]
  return error instanceof Error && expected.includes(error.name)
}
