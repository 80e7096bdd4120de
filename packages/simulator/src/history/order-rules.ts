// Rules about order: a reader goes on where it was, a writer's records stay in the order in which they were sent. Places
// are those of the version order, so that transaction markers and aborted records do not count as gaps.

import type { Anomaly, AnomalyName } from './anomaly.ts'
import type { Facts } from './facts.ts'
import { nameOf, type Operation, readsOf, sendsOf } from './operations.ts'

/** How far a process has read. */
interface Reader {
  /** A group gives it its keys. */
  isMember: boolean
  isFinal: boolean
  /** Place of the last record, by key. */
  readonly last: Map<string, number>
}

/** Skips and steps back among the reads of an operation, and from one operation of a process to the next. */
export function checkPollOrder(facts: Facts): Anomaly[] {
  const found: Anomaly[] = []
  const processes = new Map<number, Reader>()
  for (const operation of facts.operations) {
    const process = processes.get(operation.proc) ?? {
      isMember: false,
      isFinal: false,
      last: new Map<string, number>(),
    }
    processes.set(operation.proc, process)
    if (operation.f === 'assign' || operation.f === 'subscribe') {
      process.isMember = operation.f === 'subscribe'
      for (const key of [...process.last.keys()]) {
        if (!operation.value.includes(key)) process.last.delete(key)
      }
      continue
    }
    if (operation.type !== 'ok') continue
    const names = process.isMember
      ? (['group-poll-skip', 'group-nonmonotonic-poll'] as const)
      : (['poll-skip', 'nonmonotonic-poll'] as const)
    const within = new Map<string, number>()
    // The final reading begins at the beginning, whoever does it.
    if (operation.isFinal && !process.isFinal) process.last.clear()
    process.isFinal = operation.isFinal
    for (const { key, value } of readsOf(operation)) {
      const index = facts.orders.get(key)?.indexOf.get(value) ?? -1
      const earlier = within.get(key)
      const before = process.last.get(key)
      if (earlier !== undefined) {
        if (!operation.rebalance.has(key)) {
          judge(found, ['int-poll-skip', 'int-nonmonotonic-poll'], operation, key, earlier, index)
        }
      } else if (before !== undefined) {
        judge(found, names, operation, key, before, index)
      }
      within.set(key, index)
    }
    for (const [key, index] of within) process.last.set(key, index)
  }
  return found
}

/** Records of one transaction, and of one process, out of order. */
export function checkSendOrder(facts: Facts): Anomaly[] {
  const found: Anomaly[] = []
  const processes = new Map<number, Map<string, number>>()
  for (const operation of facts.operations) {
    if (!facts.isCommitted(operation)) continue
    const last = processes.get(operation.proc) ?? new Map<string, number>()
    processes.set(operation.proc, last)
    const within = new Map<string, number>()
    for (const [, key, value] of sendsOf(operation)) {
      const index = facts.orders.get(key)?.indexOf.get(value)
      if (index === undefined) continue
      const earlier = within.get(key)
      const before = last.get(key)
      if (earlier !== undefined) {
        judge(found, ['int-send-skip', 'int-nonmonotonic-send'], operation, key, earlier, index)
      } else if (before !== undefined && index <= before) {
        judge(found, [undefined, 'nonmonotonic-send'], operation, key, before, index)
      }
      within.set(key, index)
    }
    for (const [key, index] of within) last.set(key, index)
  }
  return found
}

function judge(
  found: Anomaly[],
  [skip, back]: readonly [AnomalyName | undefined, AnomalyName],
  operation: Operation,
  key: string,
  before: number,
  index: number,
): void {
  const name = index <= before ? back : index > before + 1 ? skip : undefined
  if (name === undefined) return
  const proof = `${nameOf(operation)} went from place ${before} to place ${index} of ${key}.`
  found.push({ name, proof })
}
