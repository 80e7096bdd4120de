// The topics of the exchange and what their records are. This file is all that sources and analysts have in common.

import { json, string, topic } from '@samsa/client'

/** A price of a stock on a day. */
export interface Tick {
  readonly symbol: string
  /** `2000-01-01`. */
  readonly day: string
  readonly price: number
  /** Who saw it. */
  readonly source: string
}

/** Opening, highest, lowest and closing price of a quarter of a year. */
export interface Candle {
  readonly symbol: string
  /** `2000-Q1`. */
  readonly quarter: string
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

/** Something an analyst has to say. */
export interface Alert {
  readonly symbol: string
  readonly day: string
  readonly analyst: string
  readonly text: string
}

/** What an analyst knows of a symbol. */
export interface Knowledge {
  readonly analyst: string
  readonly symbol: string
  readonly state: unknown
}

/** Prices, keyed by symbol: all ticks of a symbol are in one partition, in the order of their days. */
export const ticks = topic('ticks', { key: string, value: json<Tick>() })
export const candles = topic('candles', { key: string, value: json<Candle>() })
export const alerts = topic('alerts', { key: string, value: json<Alert>() })

/** Compacted: the newest knowledge of each analyst on each symbol, so that a restarted analyst goes on where it was. */
export const knowledge = topic('knowledge', { key: string, value: json<Knowledge>() })
