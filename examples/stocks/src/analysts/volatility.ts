// Volatility: a month that moves a price by more than twice what is usual for the stock.

import { type Analyst, say, type Thought } from '../analyst.ts'
import { alerts } from '../topics.ts'

const months = 12
const unusual = 2

interface State {
  readonly price: number | undefined
  /** Changes of the last twelve months, as fractions. */
  readonly changes: readonly number[]
}

/** Says when a price moves unusually. */
export const volatility: Analyst<State> = {
  name: 'volatility',
  initial: { price: undefined, changes: [] },
  step({ price, changes }, { symbol, day, price: now }): Thought<State> {
    if (price === undefined) return { state: { price: now, changes }, said: [] }
    const change = now / price - 1
    const state = { price: now, changes: [...changes, change].slice(-months) }
    if (changes.length < months || Math.abs(change) < unusual * deviation(changes)) {
      return { state, said: [] }
    }
    const percent = `${change > 0 ? '+' : ''}${(change * 100).toFixed(0)} %`
    const text = `${percent} in a month, usual are ±${(deviation(changes) * 100).toFixed(0)} %`
    return { state, said: [say(alerts, { symbol, day, analyst: 'volatility', text })] }
  },
}

function deviation(changes: readonly number[]): number {
  const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length
  const squares = changes.reduce((sum, change) => sum + (change - mean) ** 2, 0)
  return Math.sqrt(squares / changes.length)
}
