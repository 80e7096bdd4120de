// A cluster on this machine as a user would have it on several: ZooKeeper servers and brokers, each a process of its own,
// started, hurt and stopped by their own ids.

import { join } from 'node:path'
import { freePort } from '../kafka/broker.ts'
import { SamsaProcess } from '../samsa/process.ts'
import { TICK_MS, ZooKeeperProcess } from '../zookeeper/zookeeper-process.ts'
import { BrokerWires } from './broker-wires.ts'

/** What to start. */
export interface LocalClusterOptions {
  /** For the data and logs of everybody. */
  readonly directory: string
  readonly brokers: number
  readonly zookeepers: 1 | 3
  /** Of the first broker, the others on the following ones; free ones when absent. */
  readonly port?: number
  /** How long a broker may be silent before it counts as dead, in milliseconds. Default 6 s. */
  readonly sessionTimeoutMs?: number
  /** Whether signals of the terminal stay away from everybody, who is stopped in order instead. */
  readonly ownGroup?: boolean
  /** Whether everything that brokers hear and say goes over wires that can be cut. */
  readonly wired?: boolean
  /** Broker settings, over those that make the cluster. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A place for a broker: it keeps port, id and directory over all the lives of its process. */
export interface BrokerPlace {
  readonly id: number
  /** Where it is reached. */
  readonly port: number
  readonly directory: string
  /** The wires between it and everybody else, if there are any. */
  readonly wires: BrokerWires | undefined
  process: SamsaProcess | undefined
}

/** ZooKeeper and brokers. */
export class LocalCluster implements AsyncDisposable {
  readonly zookeepers: readonly ZooKeeperProcess[]
  readonly places: readonly BrokerPlace[]
  readonly #options: LocalClusterOptions

  private constructor(
    options: LocalClusterOptions,
    zookeepers: readonly ZooKeeperProcess[],
    places: readonly BrokerPlace[],
  ) {
    this.#options = options
    this.zookeepers = zookeepers
    this.places = places
  }

  /** Starts everything; resolves when every broker serves. What was started is stopped again if that fails. */
  static async start(options: LocalClusterOptions): Promise<LocalCluster> {
    const { directory, brokers, port } = options
    const zookeepers = await ZooKeeperProcess.startAll(
      join(directory, 'zookeeper'),
      options.zookeepers,
      options.ownGroup,
    )
    const places: BrokerPlace[] = []
    for (let id = 1; id <= brokers; id++) {
      const wires = options.wired === true ? await BrokerWires.open(zookeepers) : undefined
      places.push({
        id,
        port: wires?.port ?? (port === undefined ? await freePort() : port + id - 1),
        directory: join(directory, `broker-${id}`),
        wires,
        process: undefined,
      })
    }
    const cluster = new LocalCluster(options, zookeepers, places)
    try {
      await Promise.all(places.map((place) => cluster.startBroker(place)))
      return cluster
    } catch (error) {
      await cluster.stop('SIGKILL')
      throw error
    }
  }

  /** `host:port` of every broker. */
  get bootstrapServers(): string {
    return this.places.map(({ port }) => `127.0.0.1:${port}`).join(',')
  }

  /** `host:port` of every ZooKeeper server. */
  get connectString(): string {
    return this.zookeepers.map(({ port }) => `127.0.0.1:${port}`).join(',')
  }

  /** Starts a broker, again if it was stopped; resolves when it serves. */
  async startBroker(place: BrokerPlace): Promise<void> {
    const { sessionTimeoutMs = 6000 } = this.#options
    const { id, port, directory, wires } = place
    const advertised = { 'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}` }
    place.process = await SamsaProcess.start({
      directory,
      port: wires?.brokerPort ?? port,
      logFile: `${directory}.log`,
      ownGroup: this.#options.ownGroup === true,
      settings: {
        'broker.id': String(id),
        'zookeeper.connect': `${wires?.connectString ?? this.connectString}/samsa`,
        'zookeeper.session.timeout.ms': String(sessionTimeoutMs),
        'zookeeper.tick.time.ms': String(TICK_MS),
        'log.level': 'info',
        ...(wires === undefined ? {} : advertised),
        ...this.#options.settings,
      },
    })
  }

  /** Stops brokers and then ZooKeeper. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await Promise.all(this.places.map(async ({ process }) => process?.stop(signal)))
    await Promise.all(this.zookeepers.map((server) => server.kill()))
    for (const { wires } of this.places) wires?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { process } of this.places) process?.signal('SIGCONT')
    await this.stop('SIGKILL')
  }
}
