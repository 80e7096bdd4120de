// From a request's bytes to its answer's: header, version, body, handler, response. Bytes that make no sense, keys and
// versions nobody serves end their connection with a reason; they never touch another one.

import {
  AlterPartition,
  type Api,
  ApiVersions,
  ByteWriter,
  errorCode,
  Fetch,
  KafkaError,
  ProtocolError,
  type RequestOf,
  responseHeaderVersion,
} from '@samsa/protocol'
import {
  apiKeyOf,
  apiVersionOf,
  type Exchange,
  isRequestHead,
  readRequestHead,
} from '@samsa/network'
import type { Clock } from '@samsa/world'
import { type Handler, noResponse } from '../handlers/handle.ts'
import type { BrokerServices } from '../handlers/request-context.ts'
import type { ClientThrottles, ThrottledKey } from '../quotas/client-throttles.ts'
import type { ClientConnection } from './client-connection.ts'
import { ExchangeContext } from './exchange-context.ts'
import { mayAnswer, mayBegin } from './lease-guard.ts'
import type { RequestMetrics } from './request-metrics.ts'

/** The connection a request loop answers on. */
export interface Peer {
  readonly info: ClientConnection
  /** Ends the connection because of what the client sent. */
  refuse(reason: string): void
  /** Nothing more is read for so long (KIP-219). */
  throttle(throttleTimeMs: number): void
}

const produceKey = 0
const fetchKey = Fetch.key
const writeTxnMarkersKey = 27
const betweenBrokers = new Set([writeTxnMarkersKey, AlterPartition.key])

/**
 * Requests that are worked on while earlier ones wait: the order of Produce is fixed when it is appended, and markers of
 * different transactions have none.
 */
export function overlaps(request: Buffer): boolean {
  if (!isRequestHead(request)) return false
  const key = apiKeyOf(request)
  return key === produceKey || key === writeTxnMarkersKey
}

/** Answers requests with the handlers that exist. */
export class RequestLoop {
  readonly #services: BrokerServices
  readonly #clock: Clock
  readonly #metrics: RequestMetrics
  readonly #throttles: ClientThrottles
  readonly #byKey: (Handler | undefined)[] = []

  constructor(services: BrokerServices, metrics: RequestMetrics, throttles: ClientThrottles) {
    this.#throttles = throttles
    this.#services = services
    this.#clock = services.world.clock
    this.#metrics = metrics
    for (const handler of services.handlers) this.#byKey[handler.api.key] = handler
  }

  /** Works out the answer of `exchange` and gives it to it, now or later. */
  start(exchange: Exchange, peer: Peer): void {
    const startedAt = this.#clock.monotonic()
    const bytes = exchange.request
    const sizeInBytes = bytes.length
    if (!isRequestHead(bytes)) {
      this.#refuse(exchange, peer, `A request of ${bytes.length} bytes has no header.`)
      return
    }
    const version = apiVersionOf(bytes)
    const handler = this.#byKey[apiKeyOf(bytes)]
    if (handler === undefined) {
      this.#refuse(exchange, peer, `API key ${apiKeyOf(bytes)} is not served.`)
      return
    }
    if (version < handler.minVersion || version > handler.maxVersion) {
      if (handler.api.key === ApiVersions.key) this.#answerUnknownApiVersions(exchange, handler)
      else this.#refuse(exchange, peer, `${handler.api.name} version ${version} is not served.`)
      return
    }
    let answering: Answering
    try {
      answering = this.#decode(exchange, peer, handler, version, { startedAt, sizeInBytes })
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#refuse(exchange, peer, error.message)
      return
    }
    if (!mayBegin(this.#services.lease, handler.api)) {
      this.#refuse(exchange, peer, withoutLease)
      return
    }
    this.#run(answering)
    answering.busyMs += this.#clock.monotonic() - startedAt
  }

  #decode(
    exchange: Exchange,
    peer: Peer,
    handler: Handler,
    version: number,
    began: Pick<Answering, 'startedAt' | 'sizeInBytes'>,
  ): Answering {
    let bytes = exchange.request
    if (handler.requestBytes === 'owned') {
      bytes = Buffer.from(bytes)
      exchange.releaseRequest()
    }
    const head = readRequestHead(bytes, version >= handler.api.flexible)
    // Kafka does not look at what follows a request, and clients rely on it: librdkafka 2.16 sends
    // three bytes too many when it asks for the metadata of all topics.
    const { value: request } = handler.api.request.decodeFrom(version, bytes, head.end)
    const context = new ExchangeContext(this.#services, exchange, peer, version, head.clientId)
    const wasHeld = this.#services.lease.isHeld()
    const known = { exchange, peer, handler, version, head, request, context, wasHeld }
    return { ...known, ...began, busyMs: 0 }
  }

  #run(answering: Answering): void {
    let answer: unknown
    try {
      answer = answering.handler.answer(answering.request, answering.context)
    } catch (error) {
      this.#fail(answering, error)
      return
    }
    if (answer instanceof Promise) {
      answer.then(
        (response) => this.#answer(answering, response),
        (error: unknown) => this.#fail(answering, error),
      )
    } else {
      this.#answer(answering, answer)
    }
  }

  #answer(answering: Answering, response: unknown): void {
    const { exchange, peer, handler, version, head, context, startedAt, wasHeld } = answering
    if (!mayAnswer(this.#services.lease, handler.api, wasHeld)) {
      context.sent()
      this.#refuse(exchange, peer, withoutLease)
      return
    }
    const chunks =
      response === noResponse
        ? []
        : encodeAnswer(handler.api, version, head.correlationId, response)
    const throttleTimeMs = this.#throttles.areThereAny ? this.#use(answering, chunks) : 0
    if (throttleTimeMs === 0) exchange.answer(chunks, context.sent)
    else {
      const told = { ...(response as object), throttleTimeMs }
      const { correlationId } = head
      exchange.answer(
        response === noResponse ? [] : encodeAnswer(handler.api, version, correlationId, told),
        context.sent,
      )
      context.throttle(throttleTimeMs)
    }
    const metrics = this.#metrics.of(handler.api.name)
    metrics.requests.add(1)
    metrics.totalTimeMs.record(this.#clock.monotonic() - startedAt)
  }

  /** Counts what an answer costs its client; returns for how many milliseconds he is to be silent. */
  #use(answering: Answering, chunks: readonly Buffer[]): number {
    const { handler, head, peer, request, startedAt, sizeInBytes } = answering
    if (isOfBroker(handler.api.key, request)) return 0
    const user = { principal: peer.info.principal, clientId: head.clientId }
    const use = (key: ThrottledKey, amount: number): number =>
      this.#throttles.use(key, user, amount)
    let throttleMs = 0
    if (handler.api.key === produceKey) throttleMs = use('producer_byte_rate', sizeInBytes)
    else if (handler.api.key === fetchKey) {
      const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
      throttleMs = use('consumer_byte_rate', bytes)
    }
    // Answered at once, the request has cost all of its time; one that waited, what it cost before.
    const busyMs = answering.busyMs > 0 ? answering.busyMs : this.#clock.monotonic() - startedAt
    return Math.max(throttleMs, use('request_percentage', busyMs / 10))
  }

  /** A KafkaError fails the whole request; anything else is a bug of ours and must not be hidden. */
  #fail(answering: Answering, error: unknown): void {
    const { exchange, peer, handler, request } = answering
    if (!(error instanceof KafkaError)) {
      this.#services.world.logger.error({ error, api: handler.api.name }, 'A handler failed.')
      throw error
    }
    if (handler.failed === undefined) {
      this.#refuse(exchange, peer, `${handler.api.name} failed: ${error.message}`)
      return
    }
    this.#answer(answering, handler.failed(request, error.code, error.message))
  }

  /** A client newer than us learns what to use from the oldest form of the answer (KIP-511). */
  #answerUnknownApiVersions(exchange: Exchange, handler: Handler): void {
    const response = {
      errorCode: errorCode('UNSUPPORTED_VERSION'),
      apiKeys: [
        {
          apiKey: handler.api.key,
          minVersion: handler.minVersion,
          maxVersion: handler.maxVersion,
        },
      ],
    }
    const correlationId = exchange.request.readInt32BE(4)
    exchange.answer(encodeAnswer(handler.api, 0, correlationId, response))
  }

  #refuse(exchange: Exchange, peer: Peer, reason: string): void {
    exchange.answer([])
    peer.refuse(reason)
  }
}

interface Answering {
  readonly exchange: Exchange
  readonly peer: Peer
  readonly handler: Handler
  readonly version: number
  readonly head: { readonly correlationId: number; readonly clientId: string | null }
  readonly request: unknown
  readonly context: ExchangeContext
  readonly startedAt: number
  readonly sizeInBytes: number
  /** Time that the request took of the loop until its handler began to wait; 0 before that. */
  busyMs: number
  /** Whether the lease was held when the request was begun. */
  readonly wasHeld: boolean
}

const withoutLease = 'The session with coordination is in doubt: others may have taken over.'

/** Whether another broker asks: replication and coordination are nobody's use of a quota. */
function isOfBroker(key: number, request: unknown): boolean {
  if (betweenBrokers.has(key)) return true
  if (key !== fetchKey) return false
  const { replicaId, replicaState } = request as RequestOf<typeof Fetch>
  return replicaId >= 0 || replicaState.replicaId >= 0
}

/** Reused: what it hands out is memory of its own. */
const writer = new ByteWriter()

/** Length, header and body of an answer, for one `writev`; small answers are one buffer. */
function encodeAnswer(
  api: Api,
  version: number,
  correlationId: number,
  response: unknown,
): Buffer[] {
  try {
    writer.int32(0)
    writer.int32(correlationId)
    // No tagged fields in the header.
    if (responseHeaderVersion(api, version) > 0) writer.int8(0)
    api.response.write(version, response as never, writer)
    const chunks = writer.chunks()
    chunks[0]?.writeInt32BE(writer.size - 4, 0)
    return chunks
  } finally {
    writer.reset()
  }
}
