// The broker of a story that has one: started, stopped and crashed again and again on the same disk. Invariant: power is
// lost only where acknowledged records are flushed; otherwise a crash takes the process alone.

import { type Broker, type BrokerOptions, startBroker } from '@samsa/broker'
import type { SimulatedNode, Simulation } from '@samsa/world/simulated'
import { brokerHost, brokerPort } from './clients.ts'

/** How the broker of a story is. */
interface LifeOptions {
  /** Acknowledged records are on the medium, so that power may be lost too. */
  readonly isFlushed: boolean
  readonly settings: NonNullable<BrokerOptions['settings']>
  /** Shortest time between two crashes. */
  readonly shortestMs: number
}

/** The broker's process, again and again. */
export class BrokerLife {
  readonly #simulation: Simulation
  readonly #node: SimulatedNode
  readonly #options: LifeOptions
  crashes = 0
  #broker: Broker | undefined

  constructor(simulation: Simulation, options: LifeOptions) {
    this.#simulation = simulation
    this.#node = simulation.node(brokerHost)
    this.#options = options
  }

  /** Resolves when the broker listens. */
  async start(): Promise<void> {
    const { isFlushed, settings } = this.#options
    this.#broker = await startBroker({
      world: this.#node.world,
      directory: '/data',
      host: brokerHost,
      port: brokerPort,
      settings: { 'log.flush.interval.messages': isFlushed ? 1 : 1_000_000, ...settings },
    })
  }

  /** The process or the power is gone; the node may start again. */
  crash(): void {
    this.crashes++
    if (this.#options.isFlushed && this.#simulation.random.chance(0.5)) {
      this.#node.losePower({ unsynced: 'random' })
    } else {
      this.#node.kill()
    }
    this.#node.start()
  }

  /** Crashes, now and then after an orderly stop, and comes back until it is over. */
  async crashNowAndThen(isOver: () => boolean): Promise<void> {
    const { random, clock, extent } = this.#simulation
    while (!isOver()) {
      await clock.sleep(random.between(this.#options.shortestMs, 1500))
      if (!extent.fault()) continue
      if (random.chance(0.2)) await this.stop()
      this.crash()
      await clock.sleep(random.between(0, 200))
      await this.start()
    }
  }

  async stop(): Promise<void> {
    await this.#broker?.close()
  }
}

/** The disk dawdles, or does not. */
export function slowDisk(simulation: Simulation): void {
  const { random } = simulation
  const { latency } = simulation.node(brokerHost).disk.faults
  if (random.chance(0.5)) latency.write = [0, 10]
  if (random.chance(0.5)) latency.sync = [0, 30]
}

/** The network is as it should be again. */
export function calmNetwork({ network }: Simulation): void {
  const calm = { latency: [0, 0], resetChance: 0, splitChance: 0, stallChance: 0 }
  Object.assign(network.faults, calm)
}
