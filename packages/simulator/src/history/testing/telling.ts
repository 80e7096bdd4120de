// A history told by hand: who began what, and what came of it, one event after the other.

import type { Action, HistoryEvent, MicroOperation, Outcome } from '../history.ts'

/** What an event may say besides. */
type Extra = Pick<HistoryEvent, 'rebalance' | 'final'>

/** Collects the events of a history. */
export class Telling {
  readonly events: HistoryEvent[] = []

  /** A process begins something. */
  begins(proc: number, action: Action, extra: Extra = {}): this {
    return this.#add(proc, 'invoke', action, extra)
  }

  /** It ends. */
  ends(proc: number, type: Outcome, action: Action, extra: Extra = {}): this {
    return this.#add(proc, type, action, extra)
  }

  /** Begins and ends with nothing between. */
  does(proc: number, action: Action, type: Outcome = 'ok', extra: Extra = {}): this {
    return this.begins(proc, action, extra).ends(proc, type, action, extra)
  }

  #add(proc: number, type: HistoryEvent['type'], action: Action, extra: Extra): this {
    const i = this.events.length
    this.events.push({ i, proc, type, tMono: i, ...action, ...extra })
    return this
  }
}

/** `a 1@5`: value 1 of key a, at offset 5; `a 1`: the offset is not known. */
function place(text: string): { key: string; value: number; offset: number; digest: string } {
  const [, key = '', value = '', offset = '-1', digest = ''] =
    /^(\S+) (\d+)(?:@(\d+))?(?:#(\w+))?$/.exec(text) ?? []
  return { key, value: Number(value), offset: Number(offset), digest }
}

/** Records that are written. */
export function sends(...records: readonly string[]): MicroOperation[] {
  return records.map((record) => {
    const { key, value, offset, digest } = place(record)
    if (digest !== '') return ['send', key, value, offset, digest]
    return offset === -1 ? ['send', key, value] : ['send', key, value, offset]
  })
}

/** Records that one poll hands out, in this order. */
export function polls(...records: readonly string[]): MicroOperation[] {
  const read: Record<string, [number, number, string?][]> = {}
  for (const record of records) {
    const { key, value, offset, digest } = place(record)
    const list = (read[key] ??= [])
    list.push(digest === '' ? [offset, value] : [offset, value, digest])
  }
  return [['poll', read]]
}

/** One write. */
export function send(...records: readonly string[]): Action {
  return { f: 'send', value: sends(...records) }
}

/** One poll. */
export function poll(...records: readonly string[]): Action {
  return { f: 'poll', value: polls(...records) }
}

/** A transaction. */
export function txn(...parts: readonly (readonly MicroOperation[])[]): Action {
  return { f: 'txn', value: parts.flat() }
}
