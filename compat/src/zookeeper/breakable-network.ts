// The real network with a switch: while it is broken, connections are cut and new ones fail.

import type { Connection, ConnectOptions, Listener, ListenOptions, Network } from '@samsa/world'
import { WorldError } from '@samsa/world'

/** A network that the test can break between a client and everybody else. */
export class BreakableNetwork implements Network {
  readonly #network: Network
  readonly #connections = new Set<Connection>()
  #isBroken = false

  constructor(network: Network) {
    this.#network = network
  }

  listen(options: ListenOptions, accept: (connection: Connection) => void): Promise<Listener> {
    return this.#network.listen(options, accept)
  }

  async connect(options: ConnectOptions): Promise<Connection> {
    const { host, port } = options
    if (this.#isBroken) {
      throw new WorldError('unreachable', `${host}:${port}`, 'The network is broken.')
    }
    const connection = await this.#network.connect(options)
    this.#connections.add(connection)
    return connection
  }

  /** Cuts what is connected; with `stays`, nothing can be connected until `mend`. */
  break({ stays }: { readonly stays: boolean }): void {
    this.#isBroken = stays
    for (const connection of this.#connections) connection.destroy()
    this.#connections.clear()
  }

  mend(): void {
    this.#isBroken = false
  }
}
