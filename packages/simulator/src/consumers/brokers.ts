// The brokers of a story of consumers: one that is killed now and then, or a cluster in which anything may go wrong.

import { type Broker, startBroker } from '@samsa/broker'
import type { Simulation } from '@samsa/world/simulated'
import { runFaults, turnOffFaults, turnOnFaults } from '../cluster/faults.ts'
import { brokerPort, hostOf, SimulatedCluster } from '../cluster/simulated-cluster.ts'

/** Brokers, and what they go through. */
export interface Brokers {
  /** Bootstrap addresses. */
  readonly addresses: readonly string[]
  readonly crashes: number
  /** Until `isOver`; resolves when all of them serve again. */
  trouble(isOver: () => boolean): Promise<void>
  end(): Promise<void>
}

/** Rebalances that do not take their time, in groups whose coordinator has one partition. */
const settings = {
  'num.partitions': 4,
  'offsets.topic.num.partitions': 1,
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1000,
  'group.consumer.min.session.timeout.ms': 1000,
  'group.consumer.session.timeout.ms': 1500,
  'group.consumer.min.heartbeat.interval.ms': 100,
  'group.consumer.heartbeat.interval.ms': 200,
}

const host = 'broker'

/** One broker. */
export class OneBroker implements Brokers {
  readonly addresses = [`${host}:${brokerPort}`]
  crashes = 0
  readonly #simulation: Simulation
  #broker: Broker | undefined

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  async start(): Promise<void> {
    this.#broker = await startBroker({
      world: this.#simulation.node(host).world,
      directory: '/data',
      host,
      port: brokerPort,
      settings,
    })
  }

  async trouble(isOver: () => boolean): Promise<void> {
    const { random, clock, network, extent } = this.#simulation
    if (extent.fault()) {
      if (random.chance(0.7)) network.faults.latency = [0, random.between(1, 20)]
      if (random.chance(0.4)) network.faults.resetChance = 0.003
      if (random.chance(0.5)) network.faults.splitChance = 0.3
    }
    const node = this.#simulation.node(host)
    const isMortal = random.chance(0.5)
    while (!isOver()) {
      await clock.sleep(random.between(1500, 5000))
      if (!isMortal || isOver() || !extent.fault()) continue
      this.crashes += 1
      node.kill()
      node.start()
      await clock.sleep(random.between(0, 600))
      await this.start()
    }
    Object.assign(network.faults, { latency: [0, 0], resetChance: 0, splitChance: 0 })
  }

  async end(): Promise<void> {
    await this.#broker?.close()
  }
}

/** Three brokers and their ZooKeeper. */
export class ThreeBrokers implements Brokers {
  readonly #simulation: Simulation
  readonly #cluster: SimulatedCluster

  private constructor(simulation: Simulation, cluster: SimulatedCluster) {
    this.#simulation = simulation
    this.#cluster = cluster
  }

  static async start(simulation: Simulation): Promise<ThreeBrokers> {
    const plan = { brokerCount: 3, minInSyncReplicas: 2, isFlushed: true, settings }
    return new ThreeBrokers(simulation, await SimulatedCluster.start(simulation, plan))
  }

  get addresses(): readonly string[] {
    return this.#cluster.brokerIds.map((id) => `${hostOf(id)}:${brokerPort}`)
  }

  get crashes(): number {
    return this.#cluster.crashes
  }

  async trouble(isOver: () => boolean): Promise<void> {
    if (this.#simulation.extent.fault()) turnOnFaults(this.#simulation, this.#cluster)
    await runFaults(this.#simulation, this.#cluster, { isFlushed: true, isOver })
    turnOffFaults(this.#simulation, this.#cluster)
    const isComplete = (): boolean => this.#cluster.isComplete
    await this.#simulation.until(isComplete, { limitMs: 60_000, what: 'that every broker serves' })
  }

  end(): Promise<void> {
    this.#cluster.killAll()
    return Promise.resolve()
  }
}
