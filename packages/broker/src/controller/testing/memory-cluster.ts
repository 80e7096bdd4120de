// Cluster members on one embedded store in memory, without sockets or logs: what tests of metadata and its writers need.

import { EmbeddedStore } from '@samsa/coordination'
import { resolveBrokerSettings } from '@samsa/settings'
import type { World } from '@samsa/world'
import { nodeWorld } from '@samsa/world/node'
import { type memoryDisk, memoryDisk as newMemoryDisk, SeededRandom } from '@samsa/world/simulated'
import { LogLevels } from '../../configs/log-levels.ts'
import { handlers } from '../../handlers/all.ts'
import { supportedFeatures } from '../../handlers/supported-features.ts'
import { ClusterMember } from '../cluster-member.ts'
import { LocalControllers } from '../local-controllers.ts'

/** Every life of a cluster draws other numbers, as in the real world. */
let opened = 0

/** A store and the members that were started on it. */
export class MemoryCluster implements AsyncDisposable {
  readonly world: World
  readonly store: EmbeddedStore
  readonly #controllers = new LocalControllers()
  readonly #members = new Set<ClusterMember>()

  private constructor(world: World, store: EmbeddedStore) {
    this.world = world
    this.store = store
  }

  /** An empty cluster; `disk` may hold an earlier one. */
  static async open(disk: ReturnType<typeof memoryDisk> = newMemoryDisk()): Promise<MemoryCluster> {
    const world = { ...nodeWorld(), disk, random: new SeededRandom(++opened) }
    const store = await EmbeddedStore.open(world, {
      directory: '/coordination',
    })
    return new MemoryCluster(world, store)
  }

  /** Starts a broker that is reached at localhost:9092 and, per id, one port more. */
  async start(
    brokerId: number,
    { set = [], rack = null }: { set?: readonly string[]; rack?: string | null } = {},
  ): Promise<ClusterMember> {
    const presets = { 'broker.id': String(brokerId), 'min.insync.replicas': '1' }
    const broker = resolveBrokerSettings({ presets, set })
    const member = await ClusterMember.open(this.world, async () => this.store.connect(), {
      brokerId,
      broker,
      controllers: this.#controllers,
      logLevels: new LogLevels(broker.settings['log.level']),
      supportedFeatures: supportedFeatures(handlers),
    })
    const endpoint = { host: 'localhost', port: 9092 + brokerId, securityProtocol: 'PLAINTEXT' }
    await member.register({
      endpoints: new Map([['PLAINTEXT', endpoint]]),
      rack,
      lastShutdown: 'clean',
    })
    this.#members.add(member)
    return member
  }

  /** Stops one broker in order. */
  async stop(member: ClusterMember): Promise<void> {
    this.#members.delete(member)
    await member.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const member of [...this.#members]) await this.stop(member)
    await this.store.close()
  }
}
