// Moving averages: when the mean of three months crosses that of twelve, the trend has turned.

import { type Analyst, say, type Thought } from '../analyst.ts'
import { alerts, type Tick } from '../topics.ts'

const shortMonths = 3
const longMonths = 12

interface State {
  /** The last twelve prices, the newest at the end. */
  readonly prices: readonly number[]
}

/** Says when averages cross. */
export const averages: Analyst<State> = {
  name: 'averages',
  initial: { prices: [] },
  step({ prices }, tick): Thought<State> {
    const now = [...prices, tick.price].slice(-longMonths)
    const said = crossing(prices, now, tick)
    return { state: { prices: now }, said: said === undefined ? [] : [say(alerts, said)] }
  },
}

function crossing(before: readonly number[], now: readonly number[], { symbol, day }: Tick) {
  if (before.length < longMonths) return undefined
  const wasAbove = mean(before.slice(-shortMonths)) > mean(before)
  const isAbove = mean(now.slice(-shortMonths)) > mean(now)
  if (wasAbove === isAbove) return undefined
  const text = isAbove ? 'turns up: 3 months cross above 12' : 'turns down: 3 months cross below 12'
  return { symbol, day, analyst: 'averages', text }
}

function mean(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0) / prices.length
}
