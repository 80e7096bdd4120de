// Everybody at the exchange by name. Each is a process of its own.

import { analyse } from './analyst.ts'
import { averages } from './analysts/averages.ts'
import { quarters } from './analysts/candles.ts'
import { volatility } from './analysts/volatility.ts'
import { archive } from './archive.ts'
import { replay } from './source.ts'

/** What a role is told. */
export interface RoleOptions {
  readonly brokers: string
  /** Months of the past in a second of today; for sources. */
  readonly speed: number
  /** Where the archive lies. */
  readonly directory: string
  readonly signal: AbortSignal
}

/** Works until the signal. */
type Role = (options: RoleOptions) => Promise<void>

/** Sources, by name; they end when they have told everything. */
export const sources: Readonly<Record<string, Role>> = {
  nasdaq: (options) => replay({ ...options, exchange: 'nasdaq' }),
  nyse: (options) => replay({ ...options, exchange: 'nyse' }),
  index: (options) => replay({ ...options, exchange: 'index' }),
}

/** Analysts, by name, which is the name of their group too. */
export const analysts: Readonly<Record<string, Role>> = {
  averages: ({ brokers, signal }) => analyse(averages, brokers, signal),
  candles: ({ brokers, signal }) => analyse(quarters, brokers, signal),
  volatility: ({ brokers, signal }) => analyse(volatility, brokers, signal),
  archive: ({ brokers, directory, signal }) => archive(brokers, directory, signal),
}
