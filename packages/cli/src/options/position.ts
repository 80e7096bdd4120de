// Places in a log as people write them on a command line.

import type { StartPosition } from '@samsa/client'
import { InvalidArgumentError } from 'commander'

/** Where to begin: a place, or so many records before the end. */
export type From = StartPosition | { readonly beforeEnd: number }

const duration = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/
const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/**
 * `start`, `end`, an offset, `-N` (N records before the end), a time (`2026-11-23`, `2026-11-23T10:00:00Z`), or how long
 * ago (`15m`, `2h`, `1d`). `nowMs` is the wall clock.
 */
export function placeOf(text: string, nowMs: number): From {
  if (text === 'start' || text === 'earliest' || text === 'beginning') return 'earliest'
  if (text === 'end' || text === 'latest') return 'latest'
  if (/^\d+$/.test(text)) return Number(text)
  if (/^-\d+$/.test(text)) return { beforeEnd: -Number(text) }
  const ago = duration.exec(text)
  if (ago !== null) return { timestamp: nowMs - Number(ago[1]) * (unitsMs[ago[2] ?? ''] ?? 0) }
  const timestamp = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(timestamp)) return { timestamp }
  throw new InvalidArgumentError(
    'expected start, end, an offset, -N, a time such as 2026-11-23T10:00:00Z, or 15m, 2h, 1d ago.',
  )
}
