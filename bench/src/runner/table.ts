// Rows of measured figures as a table for a terminal.

import type { Row } from '../row.ts'

/** A number as people read it: three digits that count, thousands apart. */
export function figure(value: number | undefined): string {
  if (value === undefined) return '-'
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US')
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

/** A ratio with the digits that matter. */
export function ratioText(ratio: number): string {
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)
}

function withSpread(value: number | undefined, spread: number | undefined): string {
  if (value === undefined || spread === undefined) return figure(value)
  return `${figure(value)} ±${Math.round(spread * 50)}%`
}

/** The rows, one line each, below a line of headings. A spread of rounds is shown as half of it to both sides. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [
    ['', 'ours', 'reference', 'unit', 'ratio', 'goal', ''],
    ...rows.map((row) => [
      row.name,
      withSpread(row.ours, row.spread),
      withSpread(row.reference, row.referenceSpread),
      row.unit,
      row.ratio === undefined ? '-' : ratioText(row.ratio),
      row.goal,
      verdictOf(row),
    ]),
  ]
  const widths = lines[0]?.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths?.[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `met`, `NOT MET`, or nothing where no goal is set. */
function verdictOf({ goal, met }: Row): string {
  if (goal === 'none') return ''
  return met ? 'met' : 'NOT MET'
}
