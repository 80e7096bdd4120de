// The real price histories that the npm package vega-datasets ships, as records.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** One price: the symbol as key, the CSV line as value. */
export interface Price {
  readonly key: string
  readonly value: string
}

function rows(file: string): string[] {
  const resolve = createRequire(import.meta.url).resolve
  const folder = dirname(dirname(resolve('vega-datasets')))
  const text = readFileSync(join(folder, 'data', file), 'utf8')
  return text.trim().split(/\r?\n/).slice(1)
}

/** All prices of `stocks.csv` (five companies) and `sp500.csv` (one index), in file order. */
export function readPrices(): Price[] {
  const stocks = rows('stocks.csv').map((value) => ({ key: value.split(',')[0] ?? '', value }))
  const index = rows('sp500.csv').map((value) => ({ key: 'SP500', value }))
  return [...stocks, ...index]
}
