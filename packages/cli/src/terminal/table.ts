// Rows in columns. Numbers stand right, text left; headings are in capitals, as operators know them from other tools.

import { stripVTControlCharacters } from 'node:util'

/** One cell. */
export type Cell = string | number

/** The rows below their headings, one line each, with a line end after every row. */
export function tableText(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [headings.map((heading) => heading.toUpperCase()), ...rows]
  const isNumber = headings.map((_, i) => rows.every((row) => typeof row[i] === 'number'))
  const widths = headings.map((_, i) => Math.max(...lines.map((line) => widthOf(line[i]))))
  return lines
    .map((line) => {
      const cells = line.map((cell, i) => padded(cell, widths[i] ?? 0, isNumber[i] === true))
      return `${cells.join('  ').trimEnd()}\n`
    })
    .join('')
}

function padded(cell: Cell, width: number, right: boolean): string {
  const filler = ' '.repeat(width - widthOf(cell))
  return right ? `${filler}${cell}` : `${cell}${filler}`
}

/** Characters on the screen: colours take no room. */
function widthOf(cell: Cell | undefined): number {
  return stripVTControlCharacters(String(cell ?? '')).length
}
