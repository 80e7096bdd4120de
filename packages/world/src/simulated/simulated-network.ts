// The network of a simulation: who listens where, which machines are up, and what the links between them do to packets.
// A machine has one name; every address it listens on is that name and a port.

import type { ConnectOptions, Connection, Listener, ListenOptions, Network } from '../network.ts'
import { WorldError } from '../world-error.ts'
import { calmLink, Link, type LinkFaults } from './link.ts'
import type { SeededRandom } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import { SimulatedConnection } from './simulated-connection.ts'
import type { SimulatedProcess } from './simulated-process.ts'

type Accept = (connection: Connection) => void

interface Machine {
  isUp: boolean
  /** Runs when the machine is up again. */
  readonly whenUp: Set<() => void>
}

interface Port {
  readonly process: SimulatedProcess
  readonly accept: Accept
}

const ownNames = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0', '::'])

/** All machines and what connects them. */
export class SimulatedNetwork {
  /** Applies to every direction without knobs of its own. */
  readonly faults: LinkFaults = calmLink()
  /** How long the kernel keeps trying to connect. */
  connectTimeoutMs = 20_000
  /** How long the kernel sends bytes again that nobody acknowledges, before it breaks the connection. */
  giveUpMs = 120_000
  /** After this time without power, a machine's idle peers notice; `undefined`: only those that send do. */
  keepAliveMs: number | undefined
  readonly #scheduler: Scheduler
  readonly #random: SeededRandom
  readonly #machines = new Map<string, Machine>()
  readonly #links = new Map<string, Link>()
  readonly #ports = new Map<string, Port>()
  readonly #connections = new Set<SimulatedConnection>()
  #nextListenPort = 40_000
  #nextClientPort = 50_000

  constructor(scheduler: Scheduler, random: SeededRandom) {
    this.#scheduler = scheduler
    this.#random = random
  }

  // ---- knobs ---------------------------------------------------------------------------------------------

  /** The direction from one machine to another. Setting its `faults` replaces the network's for it. */
  link(from: string, to: string): Link {
    const key = `${from} ${to}`
    const link = this.#links.get(key) ?? new Link(this.#scheduler)
    this.#links.set(key, link)
    return link
  }

  /** Cuts both directions between each machine of one side and each of the other. */
  partition(side: readonly string[], other: readonly string[]): void {
    for (const a of side) {
      for (const b of other) {
        this.link(a, b).cut()
        this.link(b, a).cut()
      }
    }
  }

  /** Ends all cuts. */
  heal(): void {
    for (const link of this.#links.values()) link.heal()
  }

  /** Breaks every connection between two machines; both ends notice. */
  resetConnections(a: string, b: string): void {
    for (const connection of this.#connections) {
      const ends = [connection.local.host, connection.remote.host]
      if (ends.includes(a) && ends.includes(b)) connection.reset()
    }
  }

  // ---- machines ------------------------------------------------------------------------------------------

  /** The network as one process sees it. */
  of(process: SimulatedProcess): Network {
    return {
      listen: (options, accept) => this.#listen(process, options, accept),
      connect: (options) => this.#connect(process, options),
    }
  }

  /** A machine has power: it answers, if only with refusals. */
  powerOn(name: string): void {
    const machine = this.#machine(name)
    machine.isUp = true
    for (const callback of machine.whenUp) this.soon(callback)
    machine.whenUp.clear()
  }

  /** A process ended; its kernel closes what it had open. */
  killed(process: SimulatedProcess): void {
    this.#closePorts(process)
    for (const connection of this.#of(process)) {
      this.#connections.delete(connection)
      connection.killed()
    }
  }

  /** A machine lost power: it says nothing to anybody. */
  powerOff(process: SimulatedProcess): void {
    this.#machine(process.name).isUp = false
    this.#closePorts(process)
    for (const connection of this.#of(process)) {
      this.#connections.delete(connection)
      connection.unplugged(this.keepAliveMs)
    }
  }

  // ---- for connections -----------------------------------------------------------------------------------

  isUp(host: string): boolean {
    return this.#machine(host).isUp
  }

  /** Runs `callback` when the machine answers again, or when the kernel has waited long enough for it. */
  whenAnswered(host: string, callback: () => void): void {
    const { whenUp } = this.#machine(host)
    const once = (): void => {
      timer.cancel()
      whenUp.delete(once)
      callback()
    }
    const timer = this.#scheduler.after(this.giveUpMs, once)
    whenUp.add(once)
  }

  /** Sends a packet of a connection to its peer. */
  carry(from: SimulatedConnection, arrive: () => void, giveUp: () => void): void {
    const { giveUpMs } = this
    from.outgoing.carry(this.faults, this.#random, { arrive, giveUp, giveUpMs })
  }

  /** After how many of `length` bytes the network breaks the connection, if it does. */
  breakAt(from: SimulatedConnection, length: number): number | undefined {
    const { resetChance } = from.outgoing.faults ?? this.faults
    return this.#random.chance(resetChance) ? this.#random.below(length + 1) : undefined
  }

  /** Where `length` received bytes fall apart, if they do. */
  splitAt(to: SimulatedConnection, length: number): number | undefined {
    const { splitChance } = to.incoming.faults ?? this.faults
    if (length < 2 || !this.#random.chance(splitChance)) return undefined
    return 1 + this.#random.below(length - 1)
  }

  /** Runs `callback` in an event of its own, now. */
  soon(callback: () => void): void {
    this.#scheduler.after(0, callback)
  }

  /** Runs `callback` in an event of its own, `ms` from now. */
  after(ms: number, callback: () => void): void {
    this.#scheduler.after(ms, callback)
  }

  trace(to: SimulatedConnection, what: string, bytes: number): void {
    this.#scheduler.trace(to.label, what, bytes)
  }

  forget(connection: SimulatedConnection): void {
    this.#connections.delete(connection)
  }

  // ---- for processes -------------------------------------------------------------------------------------

  async #listen(
    process: SimulatedProcess,
    options: ListenOptions,
    accept: Accept,
  ): Promise<Listener> {
    const port = options.port === 0 ? this.#nextListenPort++ : options.port
    const key = `${process.name}:${port}`
    if (!process.isAlive) throw new WorldError('closed', key, `listen on ${key}: process ended`)
    if (this.#ports.has(key)) {
      throw new WorldError('address-in-use', key, `listen on ${key}: the address is in use`)
    }
    const entry = { process, accept }
    this.#ports.set(key, entry)
    this.#machine(process.name)
    return {
      address: { host: options.host, port },
      close: async () => {
        if (this.#ports.get(key) === entry) this.#ports.delete(key)
      },
    }
  }

  #connect(process: SimulatedProcess, options: ConnectOptions): Promise<Connection> {
    const host = ownNames.has(options.host) ? process.name : options.host
    const { port, signal } = options
    const subject = `${options.host}:${port}`
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason)
        return
      }
      const local = { host: process.name, port: this.#nextClientPort++ }
      const remote = { host, port }
      const client = new SimulatedConnection(this, process, { local, remote })
      const settle = (end: () => void): void => {
        timer.cancel()
        signal?.removeEventListener('abort', abort)
        end()
      }
      const abort = (): void => {
        settle(() => reject(signal?.reason))
        client.destroy()
      }
      const fail = (reason: string): void => {
        process.after(0, 'connect failed', () => {
          const message = `connect to ${subject}: ${reason}`
          settle(() => reject(new WorldError('unreachable', subject, message)))
          client.destroy()
        })
      }
      const timer = process.after(this.connectTimeoutMs, 'connect timeout', () => {
        fail('it does not answer')
      })
      signal?.addEventListener('abort', abort, { once: true })
      client.onOpened(() => {
        settle(() => resolve(client))
      }, fail)
      this.#connections.add(client)
      this.#reach(client, fail)
    })
  }

  /** The client's first packet travels; what it meets decides. */
  #reach(client: SimulatedConnection, fail: (reason: string) => void): void {
    const { local, remote } = client
    if (!this.#machines.has(remote.host)) {
      fail('nobody has that name')
      return
    }
    const refuse = (): void => this.#back(client, () => fail('the connection was refused'))
    const arrive = (): void => {
      // A machine without power answers nothing; the client's own timer ends the attempt.
      if (!this.isUp(remote.host)) return
      const port = this.#ports.get(`${remote.host}:${remote.port}`)
      const { refuseChance } = this.#faultsOf(local.host, remote.host)
      if (port === undefined || this.#random.chance(refuseChance)) {
        refuse()
        return
      }
      if (client.isGone) return
      const addresses = { local: remote, remote: local }
      const server = new SimulatedConnection(this, port.process, addresses)
      SimulatedConnection.join(client, server)
      this.#connections.add(server)
      server.open(() => port.accept(server))
    }
    const giveUpMs = this.connectTimeoutMs
    this.#travel(local.host, remote.host, { arrive, giveUp: () => {}, giveUpMs })
  }

  /** A packet without a connection comes back to the client. */
  #back(client: SimulatedConnection, arrive: () => void): void {
    const { local, remote } = client
    const giveUpMs = this.connectTimeoutMs
    this.#travel(remote.host, local.host, { arrive, giveUp: () => {}, giveUpMs })
  }

  #travel(
    from: string,
    to: string,
    packet: { arrive: () => void; giveUp: () => void; giveUpMs: number },
  ): void {
    this.link(from, to).carry(this.faults, this.#random, packet)
  }

  #faultsOf(from: string, to: string): LinkFaults {
    return this.link(from, to).faults ?? this.faults
  }

  #of(process: SimulatedProcess): SimulatedConnection[] {
    return [...this.#connections].filter((connection) => connection.process === process)
  }

  #closePorts(process: SimulatedProcess): void {
    for (const [key, port] of this.#ports) if (port.process === process) this.#ports.delete(key)
  }

  #machine(name: string): Machine {
    const machine = this.#machines.get(name) ?? { isUp: true, whenUp: new Set() }
    this.#machines.set(name, machine)
    return machine
  }
}
