// Real monthly prices from 2000 to 2010, from the datasets that Vega's examples use (npm `vega-datasets`).

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Tick } from './topics.ts'

/** A price without who saw it. */
export type Price = Omit<Tick, 'source'>

/** Prices by exchange, each in the order of its days. */
export function pricesOf(exchange: string): Price[] {
  const symbols = exchanges[exchange]
  if (symbols === undefined) {
    const known = Object.keys(exchanges).join(', ')
    throw new RangeError(`there is no exchange ${exchange}, only ${known}`)
  }
  const lines = symbols.includes('S&P')
    ? rowsOf('sp500.csv').map(([date = '', price]) => ['S&P', date, price ?? ''])
    : rowsOf('stocks.csv')
  return lines
    .filter(([symbol = '']) => symbols.includes(symbol))
    .map(([symbol = '', date = '', price]) => ({ symbol, day: dayOf(date), price: Number(price) }))
    .toSorted((a, b) => a.day.localeCompare(b.day) || a.symbol.localeCompare(b.symbol))
}

/** Which symbols are traded where. */
export const exchanges: Readonly<Record<string, readonly string[]>> = {
  nasdaq: ['AAPL', 'AMZN', 'GOOG', 'MSFT'],
  nyse: ['IBM'],
  index: ['S&P'],
}

function rowsOf(file: string): string[][] {
  return readFileSync(pathOf(file), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(','))
}

/** Beside the built code, or in the package that has them. */
function pathOf(file: string): string {
  const beside = join(import.meta.dirname, 'prices', file)
  if (existsSync(beside)) return beside
  const entry = createRequire(import.meta.url).resolve('vega-datasets')
  return join(dirname(entry), '..', 'data', file)
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** `Mar 1 2004` as `2004-03-01`. */
function dayOf(date: string): string {
  const [month = '', day = '', year = ''] = date.split(' ')
  const number = months.indexOf(month) + 1
  return `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`
}
