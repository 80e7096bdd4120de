// The brokers of a story, each on a machine of its own, and the ZooKeeper that they meet at: started, killed, paused, cut
// off and mended.

import { type Broker, startBroker } from '@samsa/broker'
// What brokers load when they need it must be there before simulated time runs.
import '@samsa/coordination/zookeeper'
import type { SimulatedNode, Simulation } from '@samsa/world/simulated'
import {
  type EnsembleOptions,
  SimulatedEnsemble,
} from '../coordination/ensemble/simulated-ensemble.ts'
import { Registrations } from './registrations.ts'

export const brokerPort = 9092
export const sessionTimeoutMs = 1200

const bootIdPath = '/proc/sys/kernel/random/boot_id'

/** Name of a broker's machine. */
export function hostOf(brokerId: number): string {
  return `broker-${brokerId}`
}

interface Life {
  /** Raised by every start and every end, so that what belongs to an earlier life is known. */
  number: number
  broker: Broker | undefined
}

/** What differs from story to story. */
export interface ClusterPlan {
  readonly brokerCount: number
  readonly minInSyncReplicas: number
  readonly isFlushed: boolean
  readonly ensemble?: EnsembleOptions
  /** Over those that make the cluster. */
  readonly settings?: Readonly<Record<string, string | number>>
}

/** Brokers and their ZooKeeper. */
export class SimulatedCluster {
  readonly brokerIds: readonly number[]
  readonly #simulation: Simulation
  readonly #plan: ClusterPlan
  readonly zookeeper: SimulatedEnsemble
  readonly registrations: Registrations
  readonly #lives = new Map<number, Life>()
  crashes = 0

  private constructor(simulation: Simulation, plan: ClusterPlan, zookeeper: SimulatedEnsemble) {
    this.#simulation = simulation
    this.#plan = plan
    this.zookeeper = zookeeper
    this.registrations = new Registrations(simulation.clock, zookeeper)
    this.brokerIds = Array.from({ length: plan.brokerCount }, (_, i) => i + 1)
  }

  /** Starts them all; resolves when all serve. */
  static async start(simulation: Simulation, plan: ClusterPlan): Promise<SimulatedCluster> {
    const zookeeper = await SimulatedEnsemble.start(simulation, plan.ensemble)
    const cluster = new SimulatedCluster(simulation, plan, zookeeper)
    for (const id of cluster.brokerIds) {
      await cluster.#boot(id)
      cluster.#start(id)
    }
    await simulation.until(() => cluster.isComplete, { what: 'every broker serves', everyMs: 10 })
    return cluster
  }

  /** Whether every broker serves. */
  get isComplete(): boolean {
    return this.brokerIds.every((id) => this.isServing(id))
  }

  isServing(id: number): boolean {
    return this.#lives.get(id)?.broker !== undefined
  }

  node(id: number): SimulatedNode {
    return this.#simulation.node(hostOf(id))
  }

  /** The process ends at once; what it wrote is in the machine's memory. Starts again after `pauseMs`. */
  async kill(id: number, pauseMs: number): Promise<void> {
    this.#end(id)
    this.node(id).kill()
    await this.#simulation.clock.sleep(pauseMs)
    this.node(id).start()
    this.#start(id)
  }

  /** The machine loses power, and what it had not synced with it. */
  async losePower(id: number, pauseMs: number): Promise<void> {
    this.#end(id)
    this.node(id).losePower({ unsynced: 'random' })
    await this.#simulation.clock.sleep(pauseMs)
    this.node(id).start()
    await this.#boot(id)
    this.#start(id)
  }

  /** The broker stops in order and starts again. */
  async restart(id: number, pauseMs: number): Promise<void> {
    const broker = this.#lives.get(id)?.broker
    if (broker === undefined) return
    this.#end(id)
    await broker.close()
    await this.#simulation.clock.sleep(pauseMs)
    this.#start(id)
  }

  /** The process is stopped for a while and knows nothing of it. */
  async pause(id: number, ms: number): Promise<void> {
    this.node(id).stop()
    await this.#simulation.clock.sleep(ms)
    this.node(id).resume()
  }

  /** The broker's session with ZooKeeper ends. */
  expireSession(id: number): void {
    const path = this.zookeeper.paths.find((each) => each.endsWith(`/metadata/brokers/${id}`))
    if (path === undefined) return
    this.registrations.force(id)
    this.zookeeper.expireOwner(path)
  }

  /** Nothing passes between the broker and the others, or (`oneWay`) nothing from it to them. */
  async cutOff(id: number, ms: number, from: 'brokers' | 'all', oneWay: boolean): Promise<void> {
    const { network, clock } = this.#simulation
    const others = this.brokerIds.filter((other) => other !== id).map(hostOf)
    if (from === 'all') others.push(...this.zookeeper.hosts)
    for (const other of others) {
      network.link(hostOf(id), other).cut()
      if (!oneWay) network.link(other, hostOf(id)).cut()
    }
    await clock.sleep(ms)
    for (const other of others) {
      network.link(hostOf(id), other).heal()
      network.link(other, hostOf(id)).heal()
    }
  }

  /** A server of the ensemble ends, and comes back after `pauseMs`. */
  killServer(id: number, pauseMs: number): Promise<void> {
    return this.zookeeper.kill(id, pauseMs)
  }

  /** A server of the ensemble is stopped for a while and knows nothing of it. */
  async pauseServer(id: number, ms: number): Promise<void> {
    this.zookeeper.node(id).stop()
    await this.#simulation.clock.sleep(ms)
    this.zookeeper.node(id).resume()
  }

  /** Nothing passes between a server of the ensemble and the others, or (`oneWay`) nothing from it to them. */
  async cutOffServer(id: number, ms: number, oneWay: boolean): Promise<void> {
    const { network, clock } = this.#simulation
    const host = this.zookeeper.hosts[id] ?? ''
    const others = this.zookeeper.hosts.filter((other) => other !== host)
    for (const other of others) {
      network.link(host, other).cut()
      if (!oneWay) network.link(other, host).cut()
    }
    await clock.sleep(ms)
    for (const other of others) {
      network.link(host, other).heal()
      network.link(other, host).heal()
    }
  }

  /** Connections to ZooKeeper break; the sessions go on. */
  dropConnections(): void {
    this.zookeeper.dropConnections()
  }

  /** Ends all processes at once: what they wrote stays as it is. */
  killAll(): void {
    for (const id of this.brokerIds) {
      this.#end(id)
      this.node(id).kill()
    }
  }

  /** The machine's own name of this run, as Linux gives it. */
  async #boot(id: number): Promise<void> {
    const { disk, random } = this.node(id).world
    await disk.makeDirectory('/proc/sys/kernel/random')
    const file = await disk.open(bootIdPath, 'truncate')
    await file.write(Buffer.from(random.bytes(8).toString('hex')), 0)
    await file.sync()
    await file.close()
  }

  #end(id: number): void {
    const life = this.#lives.get(id)
    if (life === undefined) return
    this.crashes++
    life.number++
    life.broker = undefined
  }

  #start(id: number): void {
    const life = this.#lives.get(id) ?? { number: 0, broker: undefined }
    this.#lives.set(id, life)
    void this.#run(id, life, ++life.number)
  }

  /** A supervisor: a broker that cannot start is started again. */
  async #run(id: number, life: Life, number: number): Promise<void> {
    while (life.number === number) {
      try {
        const broker = await this.#startBroker(id)
        if (life.number === number) life.broker = broker
        return
      } catch (error) {
        if (!(error instanceof Error && error.name === 'WorldError')) throw error
        await this.#simulation.clock.sleep(100)
      }
    }
  }

  #startBroker(id: number): Promise<Broker> {
    const { brokerCount, minInSyncReplicas, isFlushed, settings = {} } = this.#plan
    return startBroker({
      world: this.node(id).world,
      directory: '/data',
      host: hostOf(id),
      port: brokerPort,
      settings: {
        'broker.id': id,
        // What others are told, too: they are on other machines.
        'advertised.listeners': `PLAINTEXT://${hostOf(id)}:${brokerPort}`,
        'zookeeper.connect': this.zookeeper.connectString,
        'zookeeper.session.timeout.ms': sessionTimeoutMs,
        'min.insync.replicas': minInSyncReplicas,
        'default.replication.factor': Math.min(3, brokerCount),
        'replica.lag.time.max.ms': 1200,
        'replica.fetch.wait.max.ms': 300,
        'replica.fetch.backoff.ms': 200,
        'replica.socket.timeout.ms': 800,
        'request.timeout.ms': 1500,
        'log.flush.interval.messages': isFlushed ? 1 : 1_000_000,
        'offsets.topic.num.partitions': 2,
        'transaction.state.log.num.partitions': 2,
        'transaction.abort.timed.out.transaction.cleanup.interval.ms': 500,
        ...settings,
      },
    })
  }
}
