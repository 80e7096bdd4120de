// From a request's bytes to its answer's: header, version, body, handler, response. Bytes that make no sense, keys and
// versions nobody serves end their connection with a reason; they never touch another one.

import {
  type Api,
  ApiVersions,
  ByteWriter,
  errorCode,
  KafkaError,
  ProtocolError,
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
const writeTxnMarkersKey = 27

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
  readonly #byKey: (Handler | undefined)[] = []

  constructor(services: BrokerServices, metrics: RequestMetrics) {
    this.#services = services
    this.#clock = services.world.clock
    this.#metrics = metrics
    for (const handler of services.handlers) this.#byKey[handler.api.key] = handler
  }

  /** Works out the answer of `exchange` and gives it to it, now or later. */
  start(exchange: Exchange, peer: Peer): void {
    const startedAt = this.#clock.monotonic()
    const bytes = exchange.request
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
      answering = this.#decode(exchange, peer, handler, version, startedAt)
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
  }

  #decode(
    exchange: Exchange,
    peer: Peer,
    handler: Handler,
    version: number,
    startedAt: number,
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
    return { exchange, peer, handler, version, head, request, context, startedAt, wasHeld }
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
    if (response === noResponse) {
      exchange.answer([], context.sent)
    } else {
      exchange.answer(
        encodeAnswer(handler.api, version, head.correlationId, response),
        context.sent,
      )
    }
    const metrics = this.#metrics.of(handler.api.name)
    metrics.requests.add(1)
    metrics.totalTimeMs.record(this.#clock.monotonic() - startedAt)
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
  readonly head: { readonly correlationId: number }
  readonly request: unknown
  readonly context: ExchangeContext
  readonly startedAt: number
  /** Whether the lease was held when the request was begun. */
  readonly wasHeld: boolean
}

const withoutLease = 'The session with coordination is in doubt: others may have taken over.'

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
