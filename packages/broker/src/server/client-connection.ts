// One client's connection as handlers see it.

import type { Address, Connection } from '@samsa/world'
import type { ConnectionInfo } from '../handlers/request-context.ts'

/** Where a listener's connections belong. */
export interface ListenerIdentity {
  readonly name: string
  readonly securityProtocol: ConnectionInfo['securityProtocol']
}

/** The state of a connection that outlives a request. */
export class ClientConnection implements ConnectionInfo {
  readonly id: number
  readonly listenerName: string
  readonly securityProtocol: ConnectionInfo['securityProtocol']
  readonly principal = 'User:ANONYMOUS'
  readonly local: Address
  readonly remote: Address
  clientSoftwareName = ''
  clientSoftwareVersion = ''
  #gone = false
  /** Made when somebody asks: most connections never wait for anything. */
  #abort: AbortController | undefined

  constructor(id: number, listener: ListenerIdentity, connection: Connection) {
    this.id = id
    this.listenerName = listener.name
    this.securityProtocol = listener.securityProtocol
    this.local = connection.local
    this.remote = connection.remote
  }

  get closed(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.#gone) this.#abort.abort()
    }
    return this.#abort.signal
  }

  /** What KIP-511 lets a client say of itself. */
  tellSoftware(name: string, version: string): void {
    this.clientSoftwareName = name
    this.clientSoftwareVersion = version
  }

  /** The connection is gone. */
  close(): void {
    this.#gone = true
    this.#abort?.abort()
  }
}
