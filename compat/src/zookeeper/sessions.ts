// Sessions with the servers under test, so that none is left open.

import { type ZooKeeperOptions, ZooKeeperSession } from '@samsa/coordination/zookeeper'
import type { World } from '@samsa/world'
import { TICK_MS, type ZooKeeperProcess } from './zookeeper-process.ts'

/** Timeout of the sessions under test, in milliseconds. */
export const SESSION_TIMEOUT_MS = 2000

/** Opens sessions and closes them in the end. */
export class Sessions {
  readonly world: World
  readonly #servers: readonly ZooKeeperProcess[]
  readonly #open: ZooKeeperSession[] = []

  constructor(world: World, servers: readonly ZooKeeperProcess[]) {
    this.world = world
    this.#servers = servers
  }

  /** A new session; `world` may differ in its network. */
  async connect(
    options: Partial<ZooKeeperOptions> = {},
    world: World = this.world,
  ): Promise<ZooKeeperSession> {
    const session = await ZooKeeperSession.connect(world, {
      servers: this.#servers.map(({ port }) => ({ host: '127.0.0.1', port })),
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      serverTickMs: TICK_MS,
      ...options,
    })
    this.#open.push(session)
    return session
  }

  /** A new session with one server: the one at this place, counted around. */
  connectTo(place: number): Promise<ZooKeeperSession> {
    const server = this.#servers[place % this.#servers.length]
    const servers = server === undefined ? [] : [{ host: '127.0.0.1', port: server.port }]
    return this.connect({ servers })
  }

  async closeAll(): Promise<void> {
    for (const session of this.#open) await session.close()
  }
}
