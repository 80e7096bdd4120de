// A wire that can be cut: a port of this machine whose connections lead to another port, as long as nobody cuts them. A cut
// says nothing to either side, as when a switch loses power: what was sent waits, and comes when the wire is mended.

import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Who is at the near end of a connection: the id of a broker, or a client. */
export type Caller = number | 'client'

interface Pair {
  readonly caller: Caller
  readonly near: Socket
  readonly far: Socket
}

/** How soon it is looked again whether a wire is mended, in milliseconds. */
const laterMs = 50

/** Where a wire leads, and how to tell who calls. */
export interface WireOptions {
  /** 0 lets the system choose. */
  readonly port: number
  readonly target: number
  /** Told by the first bytes that a caller sends. */
  readonly callerOf: (first: Buffer) => Caller
  /** Is shown the first bytes that come back. */
  readonly answered?: (first: Buffer) => void
}

/** One wire. */
export class Wire {
  readonly port: number
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  #isCut: (caller: Caller) => boolean = () => false

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
  }

  /** Lays the wire. */
  static async open(options: WireOptions): Promise<Wire> {
    const server = createServer()
    server.listen(options.port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = address === null || typeof address === 'string' ? 0 : address.port
    const wire = new Wire(server, port)
    server.on('connection', (near) => wire.#accept(near, options))
    return wire
  }

  /** Nothing passes for these callers, until `mend`. */
  cut(isCut: (caller: Caller) => boolean): void {
    this.#isCut = isCut
    for (const { caller, near, far } of this.#pairs) {
      if (!isCut(caller)) continue
      near.pause()
      far.pause()
    }
  }

  mend(): void {
    this.#isCut = () => false
    for (const { near, far } of this.#pairs) {
      near.resume()
      far.resume()
    }
  }

  close(): void {
    this.#server.close()
    for (const { near, far } of this.#pairs) {
      near.destroy()
      far.destroy()
    }
  }

  #accept(near: Socket, options: WireOptions): void {
    near.setNoDelay(true)
    near.on('error', () => near.destroy())
    near.once('data', (first: Buffer) => {
      near.pause()
      this.#lead(near, first, options)
    })
  }

  /** Leads on to the target, as soon as the caller may pass. */
  #lead(near: Socket, first: Buffer, options: WireOptions): void {
    const { target, callerOf, answered } = options
    const caller = callerOf(first)
    if (this.#isCut(caller)) {
      setTimeout(() => this.#lead(near, first, options), laterMs)
      return
    }
    if (near.destroyed) return
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true })
    const pair: Pair = { caller, near, far }
    this.#pairs.add(pair)
    if (answered !== undefined) far.once('data', (chunk: Buffer) => answered(chunk))
    far.write(first)
    this.#join(pair, near, far)
    this.#join(pair, far, near)
    near.resume()
  }

  /** Carries what one side sends to the other, and its end. */
  #join(pair: Pair, from: Socket, to: Socket): void {
    from.on('data', (chunk) => {
      if (!to.write(chunk)) from.pause()
    })
    to.on('drain', () => {
      if (!this.#isCut(pair.caller)) from.resume()
    })
    from.on('error', () => from.destroy())
    from.on('close', () => {
      this.#pairs.delete(pair)
      // A process that was killed takes its end along; the other side would not hear of it over a cut wire.
      if (!this.#isCut(pair.caller)) to.destroy()
      else setTimeout(() => this.#closeLater(pair.caller, to), laterMs)
    })
  }

  #closeLater(caller: Caller, socket: Socket): void {
    if (!this.#isCut(caller)) socket.destroy()
    else setTimeout(() => this.#closeLater(caller, socket), laterMs)
  }
}

/** The caller of a Kafka connection: brokers name themselves in the client id of every request. */
export function kafkaCaller(first: Buffer): Caller {
  if (first.length < 14) return 'client'
  const length = first.readInt16BE(12)
  const clientId = first.toString('latin1', 14, 14 + Math.max(0, length))
  const said = /^broker-(\d+)-/.exec(clientId)
  return said === null ? 'client' : Number(said[1])
}
