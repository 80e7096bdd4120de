// A ZooKeeper ensemble for simulations, one server or several, each on a machine of its own: real frames to clients over
// the simulated network, a log that a majority agrees upon between the servers, and whatever happens to machines and
// links happens to them. Followers lag, leaders are replaced, writes that nobody has acknowledged survive or not.

import type { SimulatedNode, Simulation } from '@samsa/world/simulated'
import { ClientFace } from './client-face.ts'
import { type EnsemblePlan, ServerDisk } from './member.ts'
import { Post } from './messages.ts'
import { QuorumPeer } from './quorum-peer.ts'
import type { Applied, ReplicatedState } from './replicated-state.ts'

const clientPort = 2181

/** How an ensemble is set up. */
export interface EnsembleOptions {
  /** How many servers; one by default. */
  readonly servers?: number
  /** The ensemble's tickTime in milliseconds; 500 by default. Sessions live 2 to 20 of them. */
  readonly tickMs?: number
  /** After so many ticks of silence leader and follower give each other up; 4 by default. */
  readonly syncTicks?: number
}

interface Life {
  readonly face: ClientFace
  readonly peer: QuorumPeer
}

/** A running ensemble. */
export class SimulatedEnsemble {
  readonly #simulation: Simulation
  readonly #plan: EnsemblePlan
  readonly #post = new Post()
  readonly #disks: readonly ServerDisk[]
  readonly #lives = new Map<number, Life>()
  readonly #listeners: ((path: string, exists: boolean) => void)[] = []
  /** How much of the log anybody has applied. */
  #applied = 0
  #starts = 0

  private constructor(simulation: Simulation, options: EnsembleOptions) {
    const { servers = 1, tickMs = 500, syncTicks = 4 } = options
    const hosts = Array.from({ length: servers }, (_, i) => `zookeeper-${i + 1}`)
    this.#simulation = simulation
    this.#plan = { hosts, tickMs, syncTicks }
    this.#disks = hosts.map(() => new ServerDisk())
  }

  /** Starts all servers; resolves when every one of them serves. */
  static async start(
    simulation: Simulation,
    options: EnsembleOptions = {},
  ): Promise<SimulatedEnsemble> {
    const ensemble = new SimulatedEnsemble(simulation, options)
    await Promise.all(ensemble.serverIds.map((id) => ensemble.#run(id)))
    const isServing = (): boolean => ensemble.serverIds.every((id) => ensemble.isServing(id))
    await simulation.until(isServing, { limitMs: 60_000, what: 'that the ensemble serves' })
    return ensemble
  }

  get serverIds(): readonly number[] {
    return this.hosts.map((_, id) => id)
  }

  /** Names of the servers' machines. */
  get hosts(): readonly string[] {
    return this.#plan.hosts
  }

  get connectString(): string {
    return this.hosts.map((host) => `${host}:${clientPort}`).join(',')
  }

  /** Addresses for clients. */
  get servers(): readonly { readonly host: string; readonly port: number }[] {
    return this.hosts.map((host) => ({ host, port: clientPort }))
  }

  /** The server that leads, if one is known to. One that was replaced may not know. */
  get leaderId(): number | undefined {
    return this.serverIds.find((id) => {
      return this.#lives.get(id)?.peer.isLeading === true && this.isServing(id)
    })
  }

  /** Paths of all nodes: what really happened. */
  get paths(): readonly string[] {
    return this.#latest.paths
  }

  /** Is told of each change when it is committed, wherever that is known first. */
  onChange(listener: (path: string, exists: boolean) => void): void {
    this.#listeners.push(listener)
  }

  isServing(id: number): boolean {
    return this.#lives.get(id)?.face.isServing === true
  }

  node(id: number): SimulatedNode {
    return this.#simulation.node(this.hosts[id] ?? '')
  }

  /** Cuts every connection of clients; the sessions go on if their clients come back in time. */
  dropConnections(): void {
    for (const { face } of this.#lives.values()) face.dropConnections()
  }

  /** Ends a session as if its client had been silent; nothing happens while nobody leads. */
  expire(sessionId: string): void {
    for (const { peer } of this.#lives.values()) peer.expire(sessionId)
  }

  /** Ends the session that owns an ephemeral node. */
  expireOwner(path: string): void {
    const owner = this.#latest.get(path)?.stat.ephemeralOwner
    if (owner !== undefined) this.expire(owner)
  }

  /** A server's process ends; it comes back with what it had written. */
  async kill(id: number, pauseMs: number): Promise<void> {
    this.#lives.delete(id)
    this.node(id).kill()
    await this.#simulation.clock.sleep(pauseMs)
    this.node(id).start()
    await this.#run(id)
  }

  get #latest(): ReplicatedState {
    const states = this.#disks.map(({ state }) => state)
    return states.reduce((latest, state) => (state.length > latest.length ? state : latest))
  }

  #tell(length: number, { changes }: Applied): void {
    if (length <= this.#applied) return
    this.#applied = length
    for (const { path, exists } of changes) {
      for (const listener of this.#listeners) listener(path, exists)
    }
  }

  async #run(id: number): Promise<void> {
    const { world } = this.node(id)
    const disk = this.#disks[id]
    if (disk === undefined) return
    const name = `${this.hosts[id]}/${this.#starts++}`
    const face = new ClientFace({
      world,
      state: disk.state,
      tickMs: this.#plan.tickMs,
      name,
      ask: (requestId, ask) => life.peer.ask(requestId, ask),
    })
    const parts = { serverId: id, plan: this.#plan, disk, post: this.#post }
    const peer = await QuorumPeer.start(world, parts, {
      serving: (isServing) => face.serving(isServing),
      answered: (requestId, errorCode) => face.answered(requestId, errorCode),
      takeTouched: () => face.takeTouched(),
      applied: (entry, what) => {
        this.#tell(disk.state.length, what)
        face.applied(entry, what)
      },
    })
    const life = { face, peer }
    this.#lives.set(id, life)
    await world.network.listen({ host: '0.0.0.0', port: clientPort }, (each) => face.accept(each))
  }
}
