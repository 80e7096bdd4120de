// Rules about single records: each value at one offset, each offset with one value, and what was acknowledged is there.

import type { Anomaly } from './anomaly.ts'
import type { Facts } from './facts.ts'
import { nameOf, readsOf } from './operations.ts'

/** Offsets with two values and values at two offsets. */
export function checkOffsets({ orders }: Facts): Anomaly[] {
  const found: Anomaly[] = []
  for (const [key, { values, offsets }] of orders) {
    const offsetOf = new Map<number, number>()
    for (const [index, here] of values.entries()) {
      const offset = offsets[index] ?? -1
      if (here.length > 1) {
        const proof = `${key} has the values ${here.join(' and ')} at offset ${offset}.`
        found.push({ name: 'inconsistent-offsets', proof })
      }
      for (const value of here) {
        const other = offsetOf.get(value)
        if (other === undefined) offsetOf.set(value, offset)
        else {
          const proof = `${key} has ${value} at the offsets ${other} and ${offset}.`
          found.push({ name: 'duplicate', proof })
        }
      }
    }
  }
  return found
}

/** Writes that surely took effect and are not there. */
export function checkLosses(facts: Facts): Anomaly[] {
  const found: Anomaly[] = []
  for (const { operation, send } of facts.writes) {
    const [, key, value, offset] = send
    if (!facts.isCommitted(operation) || facts.readersOf(key, value).length > 0) continue
    const order = facts.orders.get(key)
    const index = order?.indexOf.get(value)
    const who = nameOf(operation)
    if (order !== undefined && index !== undefined && index <= order.highestRead) {
      const proof = `${key} ${value} of ${who} at offset ${offset} was passed over by all readers.`
      found.push({ name: 'lost-write', proof })
    } else if (operation.type === 'ok' && facts.finallyRead.has(key)) {
      const proof = `${key} ${value} of ${who} was acknowledged, and the last reading lacks it.`
      found.push({ name: 'unseen', proof })
    }
  }
  return found
}

/** Records that differ from what was sent, or that nobody sent. */
export function checkRecords(facts: Facts): Anomaly[] {
  const found: Anomaly[] = []
  for (const operation of facts.operations) {
    for (const { key, offset, value, digest } of readsOf(operation)) {
      const write = facts.writeOf(key, value)
      if (write === undefined) {
        const proof = `${nameOf(operation)} read ${key} ${value} at offset ${offset}: nobody sent it.`
        found.push({ name: 'invented-record', proof })
        continue
      }
      const [, , , , sent] = write.send
      if (digest === undefined || sent === undefined || digest === sent) continue
      const proof = `${nameOf(operation)} read ${key} ${value} as ${digest}, it was sent as ${sent}.`
      found.push({ name: 'altered-record', proof })
    }
  }
  return found
}

/** How many acknowledged records were not read yet, at each completed poll: how far readers lag behind. */
export function unseenOverTime(facts: Facts): { readonly atMs: number; readonly unseen: number }[] {
  const waiting = new Set<string>()
  const seen = new Set<string>()
  const series: { readonly atMs: number; readonly unseen: number }[] = []
  for (const operation of facts.operations) {
    if (operation.type === 'ok' && (operation.f === 'send' || operation.f === 'txn')) {
      for (const micro of operation.value) {
        const name = micro[0] === 'send' ? `${micro[1]} ${micro[2]}` : undefined
        if (name !== undefined && !seen.has(name)) waiting.add(name)
      }
    }
    const reads = readsOf(operation)
    for (const { key, value } of reads) {
      seen.add(`${key} ${value}`)
      waiting.delete(`${key} ${value}`)
    }
    if (reads.length > 0) series.push({ atMs: operation.completedMs, unseen: waiting.size })
  }
  return series
}
