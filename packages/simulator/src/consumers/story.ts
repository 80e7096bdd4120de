// One story of consumers in groups: members of both protocols read, commit, join, leave, stand still and are killed, while
// brokers crash and the network loses connections. What they promise stands in `readers.ts`.

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
import {
  type SeededRandom,
  simulate,
  type Simulation,
  type SimulationOptions,
} from '@samsa/world/simulated'
import type { StoryEnd } from '../run-seeds.ts'
import { type Brokers, OneBroker, ThreeBrokers } from './brokers.ts'
import { GroupReadings } from './readers.ts'

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
export async function tellStory(seed: number, how: SimulationOptions = {}): Promise<StoryEnd> {
  const tell = (simulation: Simulation) => new Story(simulation).tell()
  const { value, traceHash } = await simulate(seed, tell, how)
  return { figures: value, traceHash }
}

class Story {
  readonly #simulation: Simulation
  readonly #endsAtMs: number
  readonly #readings = new GroupReadings()
  readonly #kind: ConsumerOptions<typeof log>
  readonly #commits: 'interval' | 'processed' | 'manual'
  #brokers: Brokers | undefined
  #readers = 0
  #isCalm = false
  readonly #counts = { kills: 0, leaves: 0, stalls: 0 }

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    this.#endsAtMs = simulation.clock.monotonic() + simulation.extent.of(storyMs)
    const { random } = simulation
    this.#kind = kinds[random.below(kinds.length)] ?? {}
    this.#commits = random.chance(0.5) ? 'interval' : random.chance(0.6) ? 'processed' : 'manual'
  }

  async tell(): Promise<Record<string, number>> {
    const brokers = await this.#start()
    this.#brokers = brokers
    const slots = [0, 1, 2].map((slot) => this.#occupy(slot))
    await Promise.all([this.#produce(), brokers.trouble(() => this.#isOver)])
    await this.#settle()
    this.#isCalm = true
    await Promise.all(slots)
    const { crashes } = brokers
    await brokers.end()
    return { ...this.#counts, crashes, processed: this.#readings.count }
  }

  async #start(): Promise<Brokers> {
    if (this.#simulation.random.chance(0.4)) return await ThreeBrokers.start(this.#simulation)
    const one = new OneBroker(this.#simulation)
    await one.start()
    return one
  }

  get #isOver(): boolean {
    return this.#simulation.clock.monotonic() >= this.#endsAtMs
  }

  #connect(node: string): KafkaClient {
    const { world } = this.#simulation.node(node)
    const brokers = this.#brokers?.addresses ?? []
    return connect({ world, brokers, requestTimeoutMs: 2000 })
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
      if (!this.#isCalm && fate < 0.4 && this.#simulation.extent.fault()) {
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
