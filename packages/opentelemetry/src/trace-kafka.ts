// Spans of what a client does: of each send, which goes with its records in their headers, of each record that is
// processed, whose parent is the send and in which its handler runs, and if wanted of each request. Names and attributes follow OpenTelemetry's semantic
// conventions for messaging.
//
// Invariant: a span that was begun is ended, once, whatever becomes of what it stands for.

import { type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ProcessTrace, RequestTrace, SendTrace } from '@samsa/client'
import type { Context, OpenTelemetryApi, Span, SpanOptions } from './opentelemetry-api.ts'

/** What to trace. */
export interface TraceOptions {
  /** A span for every request to a broker too; they are many. */
  readonly requests?: boolean
}

/** OpenTelemetry's numbers of kinds of spans, and of the status of those that failed. */
const client = 2
const producer = 3
const consumer = 4
const failed = 2

type Open<Trace> = (trace: Trace) => Span

/** Begins to trace all clients of this process; what it gives ends that. */
export function traceKafka(api: OpenTelemetryApi, options: TraceOptions = {}): () => void {
  const tracer = api.trace.getTracer('@samsa/client')
  const begin = (name: string, span: SpanOptions, parent: Context): Span => {
    return tracer.startSpan(name, span, parent as never)
  }
  const ends = [
    follow<SendTrace>('send', (trace) => {
      const { topic, recordCount } = trace
      const attributes = {
        ...ofMessaging(topic, 'send'),
        ...(recordCount === 1 ? {} : { 'messaging.batch.message_count': recordCount }),
      }
      const span = begin(`send ${topic}`, { kind: producer, attributes }, api.context.active())
      const carrier: Record<string, string> = {}
      const context = api.trace.setSpan(api.context.active() as never, span as never)
      api.propagation.inject(context as never, carrier)
      trace.headers.push(...Object.entries(carrier))
      return span
    }),
    follow<ProcessTrace>('process', (trace) => {
      const { record, attempt } = trace
      const { topic, partition, offset, headers } = record
      const carrier: Record<string, string> = {}
      for (const { key, value } of headers) if (value !== null) carrier[key] = value.toString()
      const parent = api.propagation.extract(api.context.active() as never, carrier)
      const attributes = {
        ...ofMessaging(topic, 'process'),
        'messaging.destination.partition.id': String(partition),
        'messaging.kafka.offset': offset,
        ...(attempt === 1 ? {} : { 'messaging.kafka.attempt': attempt }),
      }
      const span = begin(`process ${topic}`, { kind: consumer, attributes }, parent)
      // Spans that the handler begins are children of this one.
      const inside = api.trace.setSpan(parent as never, span as never)
      trace.within = (work) => api.context.with(inside as never, work)
      return span
    }),
  ]
  if (options.requests === true) {
    ends.push(
      follow<RequestTrace>('request', ({ broker, api: name, version }) => {
        const attributes = {
          'messaging.system': 'kafka',
          'server.address': broker,
          'messaging.kafka.api': name,
          'messaging.kafka.api_version': version,
        }
        return begin(`request ${name}`, { kind: client, attributes }, api.context.active())
      }),
    )
  }
  return () => {
    for (const end of ends) end()
  }
}

function ofMessaging(topic: string, operation: string): Record<string, string> {
  return {
    'messaging.system': 'kafka',
    'messaging.destination.name': topic,
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
  }
}

/** Opens a span at the start of what a channel tells of, and ends it with that. */
function follow<Trace extends object>(channel: string, open: Open<Trace>): () => void {
  const spans = new Map<object, Span>()
  const listeners: Readonly<Record<string, ChannelListener>> = {
    start: (message) => {
      const trace = message as Trace
      spans.set(trace, open(trace))
    },
    error: (message) => {
      const { error } = message as { readonly error?: unknown }
      const span = spans.get(message as Trace)
      const cause = error instanceof Error ? error : new Error(String(error))
      span?.recordException(cause)
      span?.setStatus({ code: failed, message: cause.message })
      span?.setAttribute('error.type', cause.name)
    },
    asyncEnd: (message) => {
      spans.get(message as Trace)?.end()
      spans.delete(message as Trace)
    },
  }
  const names = Object.keys(listeners).map((part) => `tracing:samsa:client:${channel}:${part}`)
  const all = Object.values(listeners)
  names.forEach((name, i) => subscribe(name, all[i] ?? (() => {})))
  return () => {
    names.forEach((name, i) => unsubscribe(name, all[i] ?? (() => {})))
    for (const span of spans.values()) span.end()
    spans.clear()
  }
}
