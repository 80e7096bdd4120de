// The client's end of a Kafka connection: requests out, pipelined, answers matched by correlation id. Whoever speaks to a
// broker uses it: clients, brokers among each other, load generators, tests.
//
// Invariant: every request gets exactly one outcome: its answer, or the error that ended the connection.

import {
  type Api,
  ApiVersions,
  ByteWriter,
  KafkaError,
  RequestHeader,
  type RequestInput,
  type ResponseOf,
  requestHeaderVersion,
  responseHeaderVersion,
} from '@samsa/protocol'
import { type Connection, type Network, type TlsOptions, WorldError } from '@samsa/world'
import { FrameReader } from './frame-reader.ts'
import { privatePiece } from './slabs.ts'

/** Where to connect, and as whom. */
export interface KafkaConnectionOptions {
  readonly host: string
  readonly port: number
  readonly clientId?: string
  readonly tls?: TlsOptions
  /** Largest answer that is read. */
  readonly maxFrameBytes?: number
  readonly signal?: AbortSignal
}

interface Pending {
  resolve(frame: Buffer): void
  reject(error: Error): void
}

/** Sizes of answers are bounded by what the client asks for; this only stops nonsense. */
const defaultMaxFrameBytes = 0x7fffffff

/** A connection to one broker. */
export class KafkaConnection implements AsyncDisposable {
  readonly #connection: Connection
  readonly #clientId: string | null
  readonly #pending = new Map<number, Pending>()
  readonly #closed = Promise.withResolvers<void>()
  readonly #features = new Map<string, number>()
  #correlationId = 0
  #error: Error | undefined

  private constructor(connection: Connection, options: KafkaConnectionOptions) {
    this.#connection = connection
    this.#clientId = options.clientId ?? null
    const maxFrameBytes = options.maxFrameBytes ?? defaultMaxFrameBytes
    const reader = new FrameReader(
      privatePiece,
      () => maxFrameBytes,
      (frame) => this.#received(frame.buffer),
    )
    connection.start({
      data: (chunk) => {
        const refusal = reader.push(chunk)
        if (refusal !== undefined) this.#refuse(refusal)
      },
      drained: () => {},
      closed: (error) => this.#end(error),
    })
  }

  /** Connects. Rejects with a WorldError that names the address. */
  static async open(network: Network, options: KafkaConnectionOptions): Promise<KafkaConnection> {
    const { host, port, tls, signal } = options
    const connection = await network.connect({
      host,
      port,
      ...(tls === undefined ? {} : { tls }),
      ...(signal === undefined ? {} : { signal }),
    })
    return new KafkaConnection(connection, options)
  }

  /** Resolves when the connection is gone. */
  get closed(): Promise<void> {
    return this.#closed.promise
  }

  /** Requests that wait for their answers. */
  get inFlight(): number {
    return this.#pending.size
  }

  /** Bytes that have not left yet. */
  get unsentBytes(): number {
    return this.#connection.unsentBytes
  }

  /** Sends a request and resolves to its answer. Rejects with a WorldError when the connection ends before it is there. */
  async send<A extends Api>(
    api: A,
    version: number,
    request: RequestInput<A>,
  ): Promise<ResponseOf<A>> {
    const correlationId = this.#nextCorrelationId()
    const frame = await this.exchange(
      encodeRequest(api, version, request as never, correlationId, this.#clientId),
      correlationId,
    )
    const start = responseHeaderVersion(api, version) > 0 ? skipNoTags(frame) : 4
    return api.response.decode(version, frame, start) as ResponseOf<A>
  }

  /** Sends a request that gets no answer (Produce with acks=0). */
  tell<A extends Api>(api: A, version: number, request: RequestInput<A>): void {
    if (this.#error !== undefined) return
    const correlationId = this.#nextCorrelationId()
    this.#connection.write(
      encodeRequest(api, version, request as never, correlationId, this.#clientId),
    )
  }

  /** Sends a whole frame as it is; resolves to the whole answer, correlation id first. */
  exchange(buffers: readonly Buffer[], correlationId: number): Promise<Buffer> {
    if (this.#error !== undefined) return Promise.reject(this.#error)
    return new Promise((resolve, reject) => {
      this.#pending.set(correlationId, { resolve, reject })
      this.#connection.write(buffers)
    })
  }

  /** What the broker serves, by API key. Falls back to version 0 for a broker that is older than we are (KIP-511). */
  async versions(
    softwareName: string,
    softwareVersion: string,
  ): Promise<ReadonlyMap<number, { readonly minVersion: number; readonly maxVersion: number }>> {
    const identity = { clientSoftwareName: softwareName, clientSoftwareVersion: softwareVersion }
    let answer = await this.send(ApiVersions, 4, identity)
    if (answer.errorCode === 35) answer = await this.send(ApiVersions, 0, {})
    if (answer.errorCode !== 0) throw KafkaError.of(answer.errorCode)
    for (const { name, maxVersionLevel } of answer.finalizedFeatures) {
      this.#features.set(name, maxVersionLevel)
    }
    return new Map(answer.apiKeys.map(({ apiKey, ...range }) => [apiKey, range]))
  }

  /** Levels of the cluster's features (`transaction.version` …) as `versions` was told of them (KIP-584). */
  get features(): ReadonlyMap<string, number> {
    return this.#features
  }

  /** Ends the connection; requests in flight are rejected. */
  async close(): Promise<void> {
    this.#connection.end()
    await this.closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Drops the connection at once. */
  destroy(): void {
    this.#connection.destroy()
  }

  #nextCorrelationId(): number {
    this.#correlationId = (this.#correlationId + 1) & 0x7fffffff
    return this.#correlationId
  }

  #received(frame: Buffer): void {
    const correlationId = frame.length < 4 ? -1 : frame.readInt32BE(0)
    const pending = this.#pending.get(correlationId)
    if (pending === undefined) {
      this.#refuse(`Nobody asked for the answer ${correlationId}.`)
      return
    }
    this.#pending.delete(correlationId)
    pending.resolve(frame)
  }

  /** The broker sends what makes no sense. */
  #refuse(reason: string): void {
    const { host, port } = this.#connection.remote
    this.#connection.destroy(new WorldError('other', `${host}:${port}`, reason))
  }

  #end(error: Error | undefined): void {
    const { host, port } = this.#connection.remote
    this.#error =
      error ?? new WorldError('closed', `${host}:${port}`, `${host}:${port} closed the connection.`)
    for (const pending of this.#pending.values()) pending.reject(this.#error)
    this.#pending.clear()
    this.#closed.resolve()
  }
}

/** A request as chunks for one `writev`, length first; records are taken by reference. */
export function encodeRequest<A extends Api>(
  api: A,
  version: number,
  request: RequestInput<A>,
  correlationId: number,
  clientId: string | null,
): Buffer[] {
  const writer = new ByteWriter()
  writer.int32(0)
  RequestHeader.write(
    requestHeaderVersion(api, version),
    { requestApiKey: api.key, requestApiVersion: version, correlationId, clientId },
    writer,
  )
  api.request.write(version, request as never, writer)
  const length = writer.size - 4
  const chunks = writer.chunks()
  chunks[0]?.writeInt32BE(length, 0)
  return chunks
}

/** Where the body starts behind a header with tagged fields; brokers send none there. */
function skipNoTags(frame: Buffer): number {
  if (frame[4] === 0) return 5
  throw new KafkaError('UNKNOWN_SERVER_ERROR', 'The answer has tagged fields in its header.')
}
