// The wires of one broker: clients and other brokers reach it over one, and it reaches each ZooKeeper server over another.
// What passes to ZooKeeper is looked at for the secret of the broker's session, so that somebody else can end it.

import { freePort } from '../kafka/broker.ts'
import { expireSession, secretOf, type SessionSecret } from '../zookeeper/expire-session.ts'
import type { ZooKeeperProcess } from '../zookeeper/zookeeper-process.ts'
import { type Caller, kafkaCaller, Wire } from './wire.ts'

/** Between a broker and everybody else. */
export class BrokerWires {
  /** Where the broker itself listens. */
  readonly brokerPort: number
  readonly #toBroker: Wire
  readonly #toZooKeeper: readonly Wire[]
  readonly #zookeepers: readonly ZooKeeperProcess[]
  #secret: SessionSecret | undefined

  private constructor(
    brokerPort: number,
    toBroker: Wire,
    zookeepers: readonly ZooKeeperProcess[],
    toZooKeeper: Wire[],
  ) {
    this.brokerPort = brokerPort
    this.#toBroker = toBroker
    this.#zookeepers = zookeepers
    this.#toZooKeeper = toZooKeeper
  }

  static async open(zookeepers: readonly ZooKeeperProcess[]): Promise<BrokerWires> {
    const brokerPort = await freePort()
    const toBroker = await Wire.open({ port: 0, target: brokerPort, callerOf: kafkaCaller })
    const toZooKeeper: Wire[] = []
    const wires = new BrokerWires(brokerPort, toBroker, zookeepers, toZooKeeper)
    for (const { port } of zookeepers) {
      const answered = (first: Buffer): void => {
        wires.#secret = secretOf(first) ?? wires.#secret
      }
      const callerOf = (): Caller => 'client'
      toZooKeeper.push(await Wire.open({ port: 0, target: port, callerOf, answered }))
    }
    return wires
  }

  /** Where the broker is reached. */
  get port(): number {
    return this.#toBroker.port
  }

  /** `host:port` of every ZooKeeper server, as the broker reaches it. */
  get connectString(): string {
    return this.#toZooKeeper.map(({ port }) => `127.0.0.1:${port}`).join(',')
  }

  /** Those who call may not reach the broker. */
  cutCallers(isCut: (caller: Caller) => boolean): void {
    this.#toBroker.cut(isCut)
  }

  /** The broker may not reach ZooKeeper. */
  cutZooKeeper(): void {
    for (const wire of this.#toZooKeeper) wire.cut(() => true)
  }

  mend(): void {
    this.#toBroker.mend()
    for (const wire of this.#toZooKeeper) wire.mend()
  }

  /** Ends the broker's session behind its back. */
  async expireSession(): Promise<void> {
    const [server] = this.#zookeepers
    if (server === undefined || this.#secret === undefined) throw new Error('there is no session')
    await expireSession(server.port, this.#secret)
  }

  close(): void {
    this.#toBroker.close()
    for (const wire of this.#toZooKeeper) wire.close()
  }
}
