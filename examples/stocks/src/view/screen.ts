// The screen as text, from what the board knows. A pure function, so that pictures of it can be made and tested.

import { styleText } from 'node:util'
import type { Board } from './board.ts'
import { sparkline } from './sparkline.ts'

/** Somebody at the exchange, as the screen shows them. */
export interface Person {
  readonly key: string
  readonly name: string
  readonly isRunning: boolean
  /** Ticks it has not read yet; undefined for sources. */
  readonly lag?: number
}

/** What besides the board is on the screen. */
export interface Frame {
  readonly columns: number
  readonly rows: number
  readonly hasColours: boolean
  readonly sources: readonly Person[]
  readonly analysts: readonly Person[]
}

/** Symbol, price and change, which stand before the line of prices. */
const besideLine = 29
/** `  2009-Q4 1036.19–1115.1`, behind it where there is room. */
const quarterWidth = 26
const leastLine = 10
const mostLine = 60

type Style = Parameters<typeof styleText>[0]

/** The screen, one line after the other. */
export function screenText(board: Board, frame: Frame): string {
  const paint = (style: Style, text: string): string =>
    frame.hasColours ? styleText(style, text, { validateStream: false }) : text
  const hasQuarters = frame.columns >= besideLine + quarterWidth + leastLine
  const room = frame.columns - besideLine - (hasQuarters ? quarterWidth : 0)
  const width = Math.max(leastLine, Math.min(mostLine, room))
  const day =
    [...board.prices.values()]
      .map((one) => one.day)
      .toSorted()
      .at(-1) ?? ''
  const lines = [
    `${paint('bold', 'samsa stock exchange')}  ${day}  ${paint('dim', `${board.ticks} ticks`)}`,
    '',
    ...[...board.prices]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([symbol, { prices }]) => {
        const price = prices.at(-1) ?? 0
        const change = prices.length < 2 ? 0 : price / (prices.at(-2) ?? price) - 1
        const percent = `${change >= 0 ? '▲' : '▼'} ${(Math.abs(change) * 100).toFixed(1)} %`
        const candle = board.candles.get(symbol)
        const quarter = hasQuarters && candle && `${candle.quarter} ${candle.low}–${candle.high}`
        return [
          paint('bold', symbol.padEnd(5)),
          price.toFixed(2).padStart(9),
          paint(change >= 0 ? 'green' : 'red', percent.padStart(9)),
          paint('cyan', sparkline(prices, width).padEnd(width)),
          ...(quarter ? [paint('dim', quarter)] : []),
        ].join('  ')
      }),
    '',
    `${paint('bold', 'sources ')}  ${frame.sources.map((one) => personText(one, paint)).join('   ')}`,
    `${paint('bold', 'analysts')}  ${frame.analysts.map((one) => personText(one, paint)).join('   ')}`,
    '',
    paint('bold', 'alerts'),
  ]
  const alertRoom = Math.max(3, frame.rows - lines.length - 2)
  for (const { symbol, day: on, analyst, text } of board.alerts.slice(-alertRoom)) {
    const who = paint('yellow', analyst.padEnd(10))
    lines.push(`${paint('dim', on)}  ${who}  ${paint('bold', symbol.padEnd(5))} ${text}`)
  }
  return lines.join('\n')
}

function personText(
  { key, name, isRunning, lag }: Person,
  paint: (style: Style, text: string) => string,
): string {
  const state = isRunning ? paint('green', '●') : paint('red', '○')
  const behind = lag === undefined || lag === 0 ? '' : paint('yellow', ` ${lag} behind`)
  return `${paint('dim', key)} ${state} ${name}${behind}`
}
