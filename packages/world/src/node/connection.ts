// A connection over a socket of Node. Sending is by reference: all buffers of one `write` leave in one system call.
// Receiving either fills the one read buffer of this process (`onread`) or takes what Node allocated (`data` events,
// the only way under TLS). The promise kept either way: a chunk is valid during the call and calls never overlap.

import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Address, Connection, ConnectionHandler } from '../network.ts'
import { peerPrincipal } from './certificate.ts'
import { worldError } from './system-error.ts'

/**
 * Read buffer of all connections: the kernel fills it right before `data` runs, and `data` has copied what it keeps
 * when it returns, so that one is enough and stays in the processor's cache.
 */
export const readBuffer: Buffer = Buffer.allocUnsafeSlow(256 * 1024)

const empty = Buffer.alloc(0)

/** A TCP or TLS connection of this process. */
export class NodeConnection implements Connection {
  readonly local: Address
  readonly remote: Address
  readonly peerPrincipal: string | undefined
  readonly #socket: Socket
  #handler: ConnectionHandler | undefined
  #error: Error | undefined
  #hasLeftBytes = false

  /** `fed`: the socket was made with an `onread` that calls `receive`. */
  constructor(socket: Socket, fed: boolean) {
    this.#socket = socket
    this.local = { host: socket.localAddress ?? '', port: socket.localPort ?? 0 }
    this.remote = { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
    this.peerPrincipal = isSecure(socket) ? peerPrincipal(socket) : undefined
    socket.on('error', (error: Error) => {
      this.#error ??= error
    })
    socket.on('close', () => this.#handler?.closed(this.#closeError()))
    if (!fed) socket.on('data', (chunk: Buffer) => this.#deliver(chunk))
  }

  get unsentBytes(): number {
    return this.#socket.writableLength
  }

  start(handler: ConnectionHandler): void {
    this.#handler = handler
  }

  /** Called by the socket's `onread` when the first `length` bytes of the read buffer are new. */
  receive(length: number): void {
    this.#deliver(readBuffer.subarray(0, length))
  }

  write(buffers: readonly Buffer[], sent?: () => void): void {
    const socket = this.#socket
    if (!socket.writable || socket.readableEnded) {
      if (sent !== undefined) queueMicrotask(sent)
      return
    }
    const done = sent === undefined ? this.#written : () => this.#writtenThen(sent)
    let left = buffers.length
    if (left > 1) socket.cork()
    for (const buffer of buffers) {
      left -= 1
      if (left > 0) socket.write(buffer)
      else socket.write(buffer, done)
    }
    if (buffers.length > 1) socket.uncork()
    // Nothing to send is sent when everything before it is.
    if (buffers.length === 0) socket.write(empty, done)
    if (socket.writableLength > 0) this.#hasLeftBytes = true
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    this.#socket.end()
  }

  destroy(error?: Error): void {
    this.#socket.destroy(error)
  }

  readonly #written = (): void => {
    if (!this.#hasLeftBytes || this.#socket.writableLength > 0 || this.#socket.destroyed) return
    this.#hasLeftBytes = false
    this.#handler?.drained()
  }

  #writtenThen(sent: () => void): void {
    sent()
    this.#written()
  }

  #deliver(chunk: Buffer): void {
    // Without an owner the bytes would be lost silently; the contract of `start` was broken.
    if (this.#handler === undefined) this.destroy(new Error('The connection was not started'))
    else this.#handler.data(chunk)
  }

  #closeError(): Error | undefined {
    if (this.#error === undefined) return undefined
    const { host, port } = this.remote
    return worldError(this.#error, `${host}:${port}`, 'talk to')
  }
}

/** Told without the class, which would load TLS into processes that have none. */
function isSecure(socket: Socket): socket is TLSSocket {
  return 'encrypted' in socket && socket.encrypted === true
}
