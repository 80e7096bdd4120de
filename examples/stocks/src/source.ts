// A source: replays the prices of one exchange, month by month. It knows nobody who reads them.

import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '@samsa/client'
import { type Price, pricesOf } from './prices.ts'
import { ticks } from './topics.ts'

/** How a source runs. */
export interface SourceOptions {
  readonly brokers: string
  readonly exchange: string
  /** Months of the past in a second of today. */
  readonly speed: number
  readonly signal: AbortSignal
}

/** Replays to the end, or until the signal. */
export async function replay({ brokers, exchange, speed, signal }: SourceOptions): Promise<void> {
  await using kafka = connect({ brokers, clientId: exchange })
  const producer = kafka.producer()
  for (const month of byMonth(pricesOf(exchange))) {
    if (signal.aborted) return
    const records = month.map((price) => {
      const value = { ...price, source: exchange }
      return { key: price.symbol, value, timestamp: Date.parse(price.day) }
    })
    await producer.sendAll(ticks, records)
    await delay(1000 / speed, undefined, { signal }).catch(() => {})
  }
}

function byMonth(prices: readonly Price[]): Price[][] {
  return [...Map.groupBy(prices, ({ day }) => day.slice(0, 7)).values()]
}
