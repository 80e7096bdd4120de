// What happens in a client, for whoever wants to know: diagnostics channels in the form of Node's tracing channels. They
// cost nothing while nobody listens.
//
//   samsa:client:request   one request to a broker and its answer
//   samsa:client:send      one `send` or `sendAll` of a producer; what listeners put into `headers` goes with its records
//   samsa:client:process   one record in the hands of `run`'s function
//
// Each has the parts `start`, `end`, `asyncStart`, `asyncEnd` and `error`: `tracing:samsa:client:send:start` …

import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import type { Api } from '@samsa/protocol'
import type { TopicRecord } from '../consumer/record.ts'
import type { HeaderValue, OutgoingRecord } from '../producer/accumulator.ts'

/** What listeners are told of a request. */
export interface RequestTrace {
  /** `host:port` */
  readonly broker: string
  readonly api: string
  readonly apiKey: number
  readonly version: number
}

/** What listeners are told of records on their way to brokers. */
export interface SendTrace {
  readonly topic: string
  readonly recordCount: number
  /** Headers that listeners of `start` add to each record. */
  readonly headers: [name: string, value: HeaderValue][]
}

/** What listeners are told of a record that is processed. */
export interface ProcessTrace {
  readonly record: TopicRecord<unknown, unknown>
  /** 1 at first; more for retries. */
  readonly attempt: number
  /** What a listener of `start` wants the function to be called in, for instance a context of its own. */
  within?: (<T>(work: () => T) => T) | undefined
}

const requests: TracingChannel<object, RequestTrace> = tracingChannel('samsa:client:request')
const sends: TracingChannel<object, SendTrace> = tracingChannel('samsa:client:send')
const processes: TracingChannel<object, ProcessTrace> = tracingChannel('samsa:client:process')

/** Tells of a request. */
export function tracedRequest<T>(
  place: { readonly broker: string; readonly api: Api; readonly version: number },
  ask: () => Promise<T>,
): Promise<T> {
  if (!requests.hasSubscribers) return ask()
  const { broker, api, version } = place
  return requests.tracePromise(ask, { broker, api: api.name, apiKey: api.key, version })
}

/** Tells of records that are sent, and gives them the headers that listeners add. */
export function tracedSend<T>(
  topic: string,
  records: readonly OutgoingRecord[],
  send: (records: readonly OutgoingRecord[]) => Promise<T>,
): Promise<T> {
  if (!sends.hasSubscribers) return send(records)
  const trace: SendTrace = { topic, recordCount: records.length, headers: [] }
  return sends.tracePromise(() => send(withHeaders(records, trace.headers)), trace)
}

/** Tells of a record that is processed. */
export function tracedProcess(
  trace: ProcessTrace,
  run: () => void | Promise<void>,
): void | Promise<void> {
  if (!processes.hasSubscribers) return run()
  return processes.tracePromise(
    async () => await (trace.within === undefined ? run() : trace.within(run)),
    trace,
  )
}

function withHeaders(
  records: readonly OutgoingRecord[],
  added: readonly (readonly [string, HeaderValue])[],
): readonly OutgoingRecord[] {
  if (added.length === 0) return records
  return records.map((record) => {
    const { headers = [] } = record
    const own = Array.isArray(headers) ? headers : Object.entries(headers)
    return { ...record, headers: [...own, ...added] }
  })
}
