// A history: everything that clients asked of a cluster and what they were told, in the order in which it happened to
// one observer. It is written as JSON lines while a test runs and judged afterwards.
//
//   {"i":0,"proc":3,"type":"invoke","f":"send","value":[["send","t-0",17]],"tMono":1.25}
//   {"i":1,"proc":3,"type":"ok","f":"send","value":[["send","t-0",17,41]],"tMono":4.5}
//
// A process does one thing at a time: an `invoke`, then what came of it: `ok`, `fail` (certainly nothing happened) or
// `info` (nobody knows). After a `crash` a client goes on under another process id.

/** What came of an invocation. */
export type Outcome = 'ok' | 'fail' | 'info'

/** A record: key of a topic-partition, a value that no other record has. */
export type Send = readonly ['send', key: string, value: number, offset?: number, digest?: string]

/** Records by key as they were handed out; the digest stands for payload, headers and timestamp. */
export type Poll = readonly [
  'poll',
  Readonly<Record<string, readonly (readonly [offset: number, value: number, digest?: string])[]>>,
]

export type MicroOperation = Send | Poll

/** Offsets of a group by key: committed, or read. */
export interface GroupOffsets {
  readonly group: string
  readonly offsets: Readonly<Record<string, number>>
}

/** What a leader says of one partition. */
export interface Watermarks {
  readonly key: string
  readonly leaderEpoch: number
  readonly lastStableOffset: number
  readonly highWatermark: number
  readonly logEndOffset: number
}

/** What was done, with its values. */
export type Action =
  /** One record, one poll, or a transaction of several. */
  | { readonly f: 'send' | 'poll' | 'txn'; readonly value: readonly MicroOperation[] }
  /** From now on the process reads these keys, by itself or as a member of a group. */
  | { readonly f: 'assign' | 'subscribe'; readonly value: readonly string[] }
  | { readonly f: 'crash'; readonly value: null }
  | { readonly f: 'commit' | 'committed'; readonly value: GroupOffsets }
  | { readonly f: 'watermarks'; readonly value: Watermarks }

/** One line of a history. */
export type HistoryEvent = Action & {
  readonly i: number
  readonly proc: number
  readonly type: 'invoke' | Outcome
  /** Milliseconds on the observer's monotonic clock. */
  readonly tMono: number
  /** Keys that a group took from or gave to the process meanwhile. */
  readonly rebalance?: readonly string[]
  /** The poll began at the beginning and went on to the end: what it lacks is not there. */
  readonly final?: boolean
}

const actions = new Set([
  'send',
  'poll',
  'txn',
  'assign',
  'subscribe',
  'crash',
  'commit',
  'committed',
  'watermarks',
])
const types = new Set(['invoke', 'ok', 'fail', 'info'])

/** Reads JSON lines. Throws a SyntaxError that names the line. */
export function parseHistory(text: string): HistoryEvent[] {
  const events: HistoryEvent[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const event = JSON.parse(line) as HistoryEvent
    const isEvent =
      actions.has(event.f) &&
      types.has(event.type) &&
      Number.isInteger(event.i) &&
      Number.isInteger(event.proc) &&
      typeof event.tMono === 'number'
    if (!isEvent) throw new SyntaxError(`Line ${index + 1} is no event of a history: ${line}`)
    events.push(event)
  }
  return events
}

/** Writes one event as a line. */
export function formatEvent(event: HistoryEvent): string {
  return `${JSON.stringify(event)}\n`
}
