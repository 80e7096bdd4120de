// One story of a group: clients of one or both protocols join, live, pause, leave and die while requests get lost, come
// twice and come late, and the coordinator crashes between any two writes of its log. After the faults everybody must be
// at work again.

import {
  FakeMetadata,
  FakeSettings,
  fakeWorld,
  GroupCoordinator,
  ManualClock,
} from '@samsa/broker/groups/testing'
import { Extent, memoryDisk, SeededRandom, type SimulationOptions } from '@samsa/world/simulated'
import { ClassicClient } from './classic-client.ts'
import { PARTITIONS, type Stage, TOPIC } from './client.ts'
import { ConsumerClient } from './consumer-client.ts'
import { GroupHistory, Violation } from './group-history.ts'
import { SimulatedPartitions } from './simulated-partitions.ts'

/** What came of a story. */
export interface StoryEnd {
  readonly crashes: number
  readonly commits: number
  readonly handovers: number
}

const STEPS = 60
const STEP_MS = 2_000
/** Sessions and rebalance timeouts of whoever died last are over by then. */
const PEACE_MS = 120_000

/** Tells the story of a seed. Throws a Violation when a rule was broken. */
export async function tellStory(
  seed: number,
  { extent = new Extent() }: Pick<SimulationOptions, 'extent'> = {},
): Promise<StoryEnd> {
  const random = new SeededRandom(seed)
  const clock = new ManualClock()
  const partitions = new SimulatedPartitions(clock, random.fork('log'))
  const metadata = new FakeMetadata()
  const { topicId } = metadata.createTopic(TOPIC, PARTITIONS)
  const settings = new FakeSettings()
  settings.set('group.initial.rebalance.delay.ms', '500')
  settings.set('group.consumer.min.session.timeout.ms', '6000')
  settings.set('group.consumer.session.timeout.ms', '6000')
  settings.set('group.consumer.min.heartbeat.interval.ms', '1000')
  settings.set('group.consumer.heartbeat.interval.ms', '1000')
  const coordinator = new GroupCoordinator({
    world: fakeWorld(clock, random.fork('coordinator'), memoryDisk()),
    settings,
    metadata: metadata.view,
    groupConfigs: settings.groupConfigs,
    partitions,
  })
  const history = new GroupHistory()
  const network = { lossChance: 0, pauseChance: 0.03, lateCopyChance: 0.05, maxDelayMs: 50 }
  const fork = random.fork('clients')
  const stage: Stage = {
    clock,
    random: fork,
    coordinator,
    history,
    topicId,
    network,
  }
  const cast = new Cast(stage, random.fork('cast'))
  let crashes = 0
  for (let step = 0; step < extent.of(STEPS); step++) {
    network.lossChance = random.chance(0.3) && extent.fault() ? 0.2 : 0.01
    partitions.faults.refuseChance = random.chance(0.2) && extent.fault() ? 0.1 : 0
    partitions.faults.uncertainChance = random.chance(0.1) && extent.fault() ? 0.1 : 0
    partitions.faults.maxDelayMs = random.chance(0.3) ? 1_500 : 20
    cast.change()
    if (random.chance(0.15) && extent.fault()) {
      crashes += 1
      partitions.crash()
      await clock.advance(random.below(1_500))
      partitions.restart()
    }
    await clock.advance(STEP_MS)
    cast.check()
  }
  Object.assign(network, { lossChance: 0, pauseChance: 0, lateCopyChance: 0 })
  Object.assign(partitions.faults, { refuseChance: 0, uncertainChance: 0, maxDelayMs: 20 })
  cast.atLeastOne()
  await clock.advance(PEACE_MS)
  cast.check()
  if (history.ownedCount < PARTITIONS) {
    throw new Violation(`in peace only ${history.ownedCount} of ${PARTITIONS} partitions are read`)
  }
  cast.end()
  coordinator.stop()
  return { crashes, commits: history.commits, handovers: history.handovers }
}

/** The clients of a story: who comes, who goes, and how. */
class Cast {
  readonly #stage: Stage
  readonly #random: SeededRandom
  readonly #alive: (ClassicClient | ConsumerClient)[] = []
  /** 0: classic only, 1: consumer only, else both, the group changing its kind. */
  readonly #kind: number
  #count = 0
  #broken: unknown

  constructor(stage: Stage, random: SeededRandom) {
    this.#stage = stage
    this.#random = random
    this.#kind = random.below(3)
  }

  change(): void {
    const random = this.#random
    if (this.#alive.length === 0 || (this.#alive.length < 5 && random.chance(0.3))) this.#add()
    if (this.#alive.length < 2 || !random.chance(0.25)) return
    const [client] = this.#alive.splice(random.below(this.#alive.length), 1)
    if (client === undefined) return
    if (random.chance(0.5)) client.kill()
    else this.#run(client.leave())
  }

  atLeastOne(): void {
    if (this.#alive.length === 0) this.#add()
  }

  end(): void {
    for (const client of this.#alive) client.kill()
  }

  /** Throws what a client met that it cannot have met. */
  check(): void {
    if (this.#broken !== undefined) throw this.#broken
    this.#stage.history.check()
  }

  #add(): void {
    const name = `client-${this.#count++}`
    const isClassic = this.#kind === 0 || (this.#kind === 2 && this.#random.chance(0.5))
    const Client = isClassic ? ClassicClient : ConsumerClient
    const client: ClassicClient | ConsumerClient = new Client(this.#stage, name)
    this.#alive.push(client)
    this.#run(client.live())
  }

  #run(life: Promise<void>): void {
    life.catch((error: unknown) => {
      this.#broken ??= error
    })
  }
}
