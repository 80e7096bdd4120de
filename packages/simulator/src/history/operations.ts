// Operations: invocations paired with what came of them. All that follows works on these.

import type { Action, HistoryEvent, Outcome, Poll, Send } from './history.ts'

/** One thing a process did. */
export type Operation = Action & {
  /** Place among all operations, by completion. */
  readonly index: number
  readonly proc: number
  readonly type: Outcome
  /** Positions in the history: an operation precedes another if it completed before the other was invoked. */
  readonly invokedAt: number
  readonly completedAt: number
  readonly completedMs: number
  readonly rebalance: ReadonlySet<string>
  readonly isFinal: boolean
}

/** A record that was read. */
export interface ReadRecord {
  readonly key: string
  readonly offset: number
  readonly value: number
  readonly digest: string | undefined
}

/** Pairs the events of each process; what was never answered is `info`, at the end. */
export function operationsOf(events: readonly HistoryEvent[]): Operation[] {
  const open = new Map<number, { readonly event: HistoryEvent; readonly at: number }>()
  const operations: Operation[] = []
  const complete = (
    begun: HistoryEvent,
    invokedAt: number,
    end: HistoryEvent,
    at: number,
  ): void => {
    const action = { f: end.f, value: end.value } as Action
    operations.push({
      ...action,
      index: operations.length,
      proc: end.proc,
      type: end.type === 'invoke' ? 'info' : end.type,
      invokedAt,
      completedAt: at,
      completedMs: end.tMono,
      rebalance: new Set([...(begun.rebalance ?? []), ...(end.rebalance ?? [])]),
      isFinal: begun.final === true || end.final === true,
    })
  }
  for (const [at, event] of events.entries()) {
    const begun = open.get(event.proc)
    if (event.type === 'invoke') {
      if (begun !== undefined)
        throw new SyntaxError(`Process ${event.proc} does two things at once.`)
      open.set(event.proc, { event, at })
      continue
    }
    if (begun === undefined) throw new SyntaxError(`Event ${event.i} completes nothing.`)
    open.delete(event.proc)
    complete(begun.event, begun.at, event, at)
  }
  for (const { event, at } of open.values()) complete(event, at, event, Number.POSITIVE_INFINITY)
  return operations
}

/** What the operation wrote, in order. */
export function sendsOf(operation: Operation): Send[] {
  const { f } = operation
  if (f !== 'send' && f !== 'poll' && f !== 'txn') return []
  return operation.value.filter((each): each is Send => each[0] === 'send')
}

/** What the operation read, key by key in the order of its polls. */
export function readsOf(operation: Operation): ReadRecord[] {
  const { f } = operation
  if (f !== 'send' && f !== 'poll' && f !== 'txn') return []
  return operation.value
    .filter((each): each is Poll => each[0] === 'poll')
    .flatMap(([, records]) =>
      Object.entries(records).flatMap(([key, read]) =>
        read.map(([offset, value, digest]) => ({ key, offset, value, digest })),
      ),
    )
}

/** The name of an operation in a report. */
export function nameOf({ index, proc, f, type }: Operation): string {
  return `#${index} (process ${proc}, ${f}, ${type})`
}
