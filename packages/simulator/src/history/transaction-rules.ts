// Rules about whole transactions: what was aborted is never read, what was committed is read whole, and nobody reads
// what is not committed yet.

import type { Anomaly } from './anomaly.ts'
import type { Facts } from './facts.ts'
import { nameOf, readsOf, sendsOf } from './operations.ts'

/** G1a, and reads of a transaction's own records. */
export function checkDirtyReads(facts: Facts): Anomaly[] {
  const found: Anomaly[] = []
  for (const reader of facts.operations) {
    if (reader.type === 'fail') continue
    for (const { key, value } of readsOf(reader)) {
      const writer = facts.writeOf(key, value)?.operation
      if (writer === reader && reader.f === 'txn') {
        const proof = `${nameOf(reader)} read its own ${key} ${value} before it was committed.`
        found.push({ name: 'precommitted-read', proof })
      } else if (writer?.type === 'fail' && reader.type === 'ok') {
        const proof = `${nameOf(reader)} read ${key} ${value} of ${nameOf(writer)}, which was aborted.`
        found.push({ name: 'aborted-read', proof })
      }
    }
  }
  return found
}

/**
 * Transactions that can be read in part only: some of their values were read, and others lie where all readers passed
 * by, or are missing from a key that was read to its end.
 */
export function checkTornTransactions(facts: Facts): Anomaly[] {
  const found: Anomaly[] = []
  for (const operation of facts.operations) {
    if (operation.f !== 'txn' || operation.type === 'fail') continue
    const sends = sendsOf(operation)
    const missing = sends.filter(([, key, value]) => {
      if (facts.readersOf(key, value).length > 0) return false
      const order = facts.orders.get(key)
      const index = order?.indexOf.get(value)
      const isPassed = order !== undefined && index !== undefined && index <= order.highestRead
      return isPassed || facts.finallyRead.has(key)
    })
    const isPartlyRead = sends.some(([, key, value]) => facts.readersOf(key, value).length > 0)
    if (!isPartlyRead || missing.length === 0) continue
    const names = missing.map(([, key, value]) => `${key} ${value}`).join(', ')
    const proof = `${nameOf(operation)} can be read, but for ${names}.`
    found.push({ name: 'torn-transaction', proof })
  }
  return found
}
