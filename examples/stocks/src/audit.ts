// The audit: comes later, reads everything from the beginning, and compares it with the prices as they were published.
// It needs nobody's help: the log still has it all.

import { connect } from '@samsa/client'
import { exchanges, pricesOf } from './prices.ts'
import { type Tick, ticks } from './topics.ts'

/** What the audit found. */
export interface AuditReport {
  readonly ticks: number
  /** Ticks that stand twice, out of order, or with another price; a sentence each. */
  readonly problems: readonly string[]
  /** Published prices that have no tick (yet). */
  readonly missing: number
}

/** Reads everything there is now. */
export async function audit(brokers: string): Promise<AuditReport> {
  await using kafka = connect({ brokers, clientId: 'audit' })
  const consumer = kafka.consumer<typeof ticks>({ isolationLevel: 'read_committed' })
  await consumer.assignAll([ticks], 'earliest')
  const found: Tick[] = []
  for await (const { records } of consumer.batches({ until: 'end' })) {
    found.push(...records.map(({ value }) => value))
  }
  return compare(found)
}

/** Compares ticks, those of a symbol in the order of the log, with the published prices. */
export function compare(found: readonly Tick[]): AuditReport {
  const published = new Map<string, number>(
    Object.keys(exchanges).flatMap((exchange) =>
      pricesOf(exchange).map(({ symbol, day, price }) => [`${symbol} ${day}`, price] as const),
    ),
  )
  const problems: string[] = []
  const seen = new Set<string>()
  const lastDay = new Map<string, string>()
  for (const { symbol, day, price } of found) {
    const name = `${symbol} ${day}`
    if (seen.has(name)) problems.push(`${name} stands twice`)
    else if (day < (lastDay.get(symbol) ?? '')) problems.push(`${name} is out of order`)
    else if (published.get(name) !== price) problems.push(`${name} says ${price}`)
    seen.add(name)
    lastDay.set(symbol, day)
  }
  return { ticks: found.length, problems, missing: published.size - seen.size }
}
