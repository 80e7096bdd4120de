// What the screen shows, gathered from the topics like any other reader does.

import { connect } from '@samsa/client'
import { type Alert, alerts, type Candle, candles, type Tick, ticks } from '../topics.ts'

const mostAlerts = 50

/** The newest of everything. */
export class Board {
  readonly prices = new Map<string, { day: string; prices: number[] }>()
  readonly candles = new Map<string, Candle>()
  readonly alerts: Alert[] = []
  ticks = 0
  /** Called with every alert. */
  onAlert: (alert: Alert) => void = () => {}

  tick({ symbol, day, price }: Tick): void {
    const known = this.prices.get(symbol) ?? { day, prices: [] }
    known.prices.push(price)
    known.day = day
    this.prices.set(symbol, known)
    this.ticks += 1
  }

  alert(alert: Alert): void {
    this.alerts.push(alert)
    if (this.alerts.length > mostAlerts) this.alerts.shift()
    this.onAlert(alert)
  }
}

/** Follows the topics until the signal. */
export async function follow(board: Board, brokers: string, signal: AbortSignal): Promise<void> {
  await using kafka = connect({ brokers, clientId: 'board' })
  const consumer = kafka.consumer<typeof ticks | typeof candles | typeof alerts>({
    isolationLevel: 'read_committed',
  })
  await consumer.assignAll([ticks, candles, alerts], 'earliest')
  try {
    for await (const record of consumer.records({ signal })) {
      if (record.topic === ticks.name) board.tick(record.value as Tick)
      else if (record.topic === alerts.name) board.alert(record.value as Alert)
      else board.candles.set(record.key, record.value as Candle)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
