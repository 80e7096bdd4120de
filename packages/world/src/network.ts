// Stream connections as the rest of Samsa sees them. Receiving hands out memory that is reused, sending takes
// buffers by reference: nothing is copied by this layer, and both directions push back.

/** One end of a connection. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** What the owner of a connection is told. Calls never overlap and never happen inside `Connection` methods. */
export interface ConnectionHandler {
  /** Bytes arrived. `chunk` is valid only until the call returns: copy what must stay. */
  data(chunk: Buffer): void
  /** Unsent bytes fell to zero after `write` had left some behind. */
  drained(): void
  /** The connection is gone; nothing follows. `error` is set unless both sides ended it in order. */
  closed(error: Error | undefined): void
}

/** TLS material, PEM encoded; handed to listeners and connections that speak TLS. */
export interface TlsOptions {
  readonly key?: string
  readonly certificate?: string
  readonly authorities?: readonly string[]
  /** Server: ask clients for a certificate ('requested') and insist on a trusted one ('required'). */
  readonly clientAuth?: 'none' | 'requested' | 'required'
  /** Client: the name that the server's certificate must carry; `false` skips the check. */
  readonly serverName?: string | false
  readonly passphrase?: string
}

/** A byte stream to a peer. */
export interface Connection {
  readonly local: Address
  readonly remote: Address
  /** Must be called in the same turn in which the connection was handed out. */
  start(handler: ConnectionHandler): void
  /**
   * Sends the buffers in order, by reference: they may not change until `sent` ran. `sent` runs when the kernel has
   * taken the last byte, or when the connection closed before that.
   */
  write(buffers: readonly Buffer[], sent?: () => void): void
  /** Bytes given to `write` that the kernel has not taken yet. */
  readonly unsentBytes: number
  /** Stops `data` calls (at most the chunk already read follows) until `resume`: the peer is slowed down. */
  pause(): void
  resume(): void
  /** Sends what was written, then ends the connection. */
  end(): void
  /** Drops the connection at once. */
  destroy(error?: Error): void
  /** Distinguished name of the peer's verified TLS certificate, if there is one. */
  readonly peerPrincipal: string | undefined
}

/** An open port. */
export interface Listener {
  readonly address: Address
  /** Accepts nothing more; resolves when the port is free. Open connections stay. */
  close(): Promise<void>
}

/** Where to listen. Port 0 lets the system choose. */
export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly backlog?: number
  readonly tls?: TlsOptions
}

/** Where to connect to. */
export interface ConnectOptions {
  readonly host: string
  readonly port: number
  readonly tls?: TlsOptions
  /** Aborting it gives up the attempt; a connection once made is not affected. */
  readonly signal?: AbortSignal
}

/** The network. Failures are `WorldError`s that name the address. */
export interface Network {
  listen(options: ListenOptions, accept: (connection: Connection) => void): Promise<Listener>
  connect(options: ConnectOptions): Promise<Connection>
}
