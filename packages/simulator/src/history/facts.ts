// What can be said of a history at once, for all rules: who wrote and read each value, which writes surely are in the
// log, and in which order the values of a key are (the version order).

import type { HistoryEvent, Send } from './history.ts'
import { type Operation, operationsOf, readsOf, sendsOf } from './operations.ts'

/** The order of one key's values. */
export interface VersionOrder {
  /** Values at each offset that has any, offsets ascending. More than one value is an anomaly by itself. */
  readonly values: readonly (readonly number[])[]
  readonly offsets: readonly number[]
  /** Place of each value in `values`; gaps of offsets (transaction markers) do not count. */
  readonly indexOf: ReadonlyMap<number, number>
  /** Highest place that anybody has read, -1 for none. */
  readonly highestRead: number
}

/** A write. */
export interface Write {
  readonly operation: Operation
  readonly send: Send
}

/** All facts of a history. */
export interface Facts {
  readonly operations: readonly Operation[]
  /** By key, then value. */
  readonly writeOf: (key: string, value: number) => Write | undefined
  /** Operations that read the value, whatever came of them. */
  readonly readersOf: (key: string, value: number) => readonly Operation[]
  readonly orders: ReadonlyMap<string, VersionOrder>
  /** Whether the operation's writes surely took effect: acknowledged, or one of them was read. */
  readonly isCommitted: (operation: Operation) => boolean
  /** Keys that were read from beginning to end at the end. */
  readonly finallyRead: ReadonlySet<string>
  readonly writes: readonly Write[]
}

/** Looks at everything once. */
export function factsOf(events: readonly HistoryEvent[]): Facts {
  const operations = operationsOf(events)
  const writes: Write[] = operations.flatMap((operation) =>
    sendsOf(operation).map((send) => ({ operation, send })),
  )
  const writeByValue = new Map(writes.map((write) => [nameOfValue(write.send), write]))
  const readers = new Map<string, Operation[]>()
  const finallyRead = new Set<string>()
  for (const operation of operations) {
    for (const { key, value } of readsOf(operation)) {
      const list = readers.get(`${key} ${value}`) ?? []
      if (list.at(-1) !== operation) list.push(operation)
      readers.set(`${key} ${value}`, list)
      if (operation.isFinal && operation.type === 'ok') finallyRead.add(key)
    }
    // A final poll that found a key empty names it, too.
    if (operation.isFinal && operation.type === 'ok') {
      for (const micro of operation.f === 'poll' || operation.f === 'txn' ? operation.value : []) {
        if (micro[0] === 'poll') for (const key of Object.keys(micro[1])) finallyRead.add(key)
      }
    }
  }
  const isCommitted = (operation: Operation): boolean =>
    operation.type === 'ok' ||
    (operation.type === 'info' && sendsOf(operation).some((send) => readers.has(nameOfValue(send))))
  return {
    operations,
    writes,
    writeOf: (key, value) => writeByValue.get(`${key} ${value}`),
    readersOf: (key, value) => readers.get(`${key} ${value}`) ?? [],
    isCommitted,
    finallyRead,
    orders: versionOrders(
      operations,
      writes.filter(({ operation }) => isCommitted(operation)),
    ),
  }
}

function nameOfValue([, key, value]: Send): string {
  return `${key} ${value}`
}

/** From all polls, and from writes that surely took effect and know their offset. */
function versionOrders(
  operations: readonly Operation[],
  writes: readonly Write[],
): Map<string, VersionOrder> {
  const byKey = new Map<string, Map<number, Set<number>>>()
  const note = (key: string, offset: number, value: number): void => {
    const offsets = byKey.get(key) ?? new Map<number, Set<number>>()
    byKey.set(key, offsets)
    const values = offsets.get(offset) ?? new Set()
    offsets.set(offset, values.add(value))
  }
  const read = new Map<string, Set<number>>()
  for (const operation of operations) {
    for (const { key, offset, value } of readsOf(operation)) {
      note(key, offset, value)
      read.set(key, (read.get(key) ?? new Set()).add(offset))
    }
  }
  for (const { send } of writes) {
    const [, key, value, offset] = send
    if (offset !== undefined) note(key, offset, value)
  }
  const orders = new Map<string, VersionOrder>()
  for (const [key, offsets] of byKey) {
    const sorted = [...offsets].toSorted(([a], [b]) => a - b)
    const indexOf = new Map<number, number>()
    let highestRead = -1
    for (const [index, [offset, values]] of sorted.entries()) {
      for (const value of values) if (!indexOf.has(value)) indexOf.set(value, index)
      if (read.get(key)?.has(offset) === true) highestRead = index
    }
    orders.set(key, {
      values: sorted.map(([, values]) => [...values]),
      offsets: sorted.map(([offset]) => offset),
      indexOf,
      highestRead,
    })
  }
  return orders
}
