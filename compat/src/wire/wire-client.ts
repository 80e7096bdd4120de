// A client that only speaks the protocol: one socket, one request at a time, nothing clever.

import { type Socket, connect } from 'node:net'
import { once } from 'node:events'
import {
  type Api,
  ByteWriter,
  RequestHeader,
  ResponseHeader,
  requestHeaderVersion,
  responseHeaderVersion,
} from '@samsa/protocol'

/** A connection to a broker. */
export class WireClient implements Disposable {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #arrived: (() => void) | undefined
  #correlationId = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#arrived?.()
    })
    socket.on('close', () => this.#arrived?.())
    socket.on('error', () => this.#arrived?.())
  }

  static async connect(port: number): Promise<WireClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new WireClient(socket)
  }

  /** Sends a request and resolves to the decoded body of the answer. */
  async ask(api: Api, version: number, body: unknown): Promise<unknown> {
    this.tell(api, version, body)
    const frame = await this.#frame()
    if (frame === undefined) throw new Error('the broker closed the connection')
    const headerVersion = responseHeaderVersion(api, version)
    const { value, end } = ResponseHeader.decodeFrom(headerVersion, frame)
    if (value.correlationId !== this.#correlationId) {
      throw new Error(`answer to request ${value.correlationId}, not ${this.#correlationId}`)
    }
    return api.response.decode(version, frame, end)
  }

  /** Sends a request; `false` when the broker closes the connection instead of answering. */
  async isAnswered(api: Api, version: number, body: unknown): Promise<boolean> {
    this.tell(api, version, body)
    return (await this.#frame()) !== undefined
  }

  /** Sends a request that has no answer. */
  tell(api: Api, version: number, body: unknown): void {
    const writer = new ByteWriter()
    writer.int32(0)
    const header = {
      requestApiKey: api.key,
      requestApiVersion: version,
      correlationId: ++this.#correlationId,
      clientId: 'wire',
    }
    RequestHeader.write(requestHeaderVersion(api, version), header, writer)
    api.request.write(version, body as never, writer)
    const chunks = writer.chunks()
    chunks[0]?.writeInt32BE(writer.size - 4, 0)
    for (const chunk of chunks) this.#socket.write(chunk)
  }

  /** The next frame, or `undefined` when the connection ends. */
  async #frame(): Promise<Buffer | undefined> {
    for (;;) {
      if (this.#received.length >= 4) {
        const end = 4 + this.#received.readInt32BE(0)
        if (this.#received.length >= end) {
          const frame = this.#received.subarray(4, end)
          this.#received = this.#received.subarray(end)
          return frame
        }
      }
      if (this.#socket.destroyed) return undefined
      await new Promise<void>((resolve) => {
        this.#arrived = resolve
      })
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }
}
