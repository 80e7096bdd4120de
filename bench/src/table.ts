// Rows of measured figures as a table for a terminal.

import type { Row } from './row.ts'

function figure(value: number | undefined): string {
  if (value === undefined) return '-'
  if (value >= 1000) return Math.round(value).toLocaleString('en-US')
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

/** The rows, one line each, below a line of headings. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [
    ['', 'ours', 'reference', 'unit', 'ratio', 'goal', ''],
    ...rows.map((row) => [
      row.name,
      figure(row.ours),
      figure(row.reference),
      row.unit,
      row.ratio === undefined ? '-' : row.ratio.toFixed(2),
      row.goal,
      row.met ? 'met' : 'NOT MET',
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
