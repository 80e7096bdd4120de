// Candles: the prices of a quarter of a year in four numbers. A quarter is told when the next one begins.

import { type Analyst, say, type Thought } from '../analyst.ts'
import { type Candle, candles } from '../topics.ts'

interface State {
  readonly open: Candle | undefined
}

/** Says what a quarter was like. */
export const quarters: Analyst<State> = {
  name: 'candles',
  initial: { open: undefined },
  step({ open }, { symbol, day, price }): Thought<State> {
    const quarter = quarterOf(day)
    if (open?.quarter === quarter) {
      const high = Math.max(open.high, price)
      const low = Math.min(open.low, price)
      return { state: { open: { ...open, high, low, close: price } }, said: [] }
    }
    const fresh = { symbol, quarter, open: price, high: price, low: price, close: price }
    return { state: { open: fresh }, said: open === undefined ? [] : [say(candles, open)] }
  },
}

/** `2000-02-01` lies in `2000-Q1`. */
function quarterOf(day: string): string {
  return `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`
}
