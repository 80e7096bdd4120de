// The shape of files and names: sizes, widths, forbidden drawers, opening comments.

import type { Source } from './sources.ts'

const longestFile = 500
const widestLine = 100
const drawers = /(?:^|\/)(?:common|utils?|core|shared|helpers?|misc|types)(?:\/|\.ts$)/

/** Shape problems of one file, as sentences. */
export function shapeProblems(source: Source): string[] {
  const problems: string[] = []
  const lines = source.text.split('\n')
  if (lines.length - 1 > longestFile) {
    problems.push(`${source.path}: ${lines.length - 1} lines, at most ${longestFile}`)
  }
  lines.forEach((line, i) => {
    // Addresses, long literals and names of modules cannot be broken.
    if (
      line.length > widestLine &&
      !/https?:|`|^\s*(?:\/\/|\*|'|`|"|\/)|^(?:import|export) .* from '|(['"`]).{40,}\1/.test(line)
    ) {
      problems.push(`${source.path}:${i + 1}: ${line.length} columns, at most ${widestLine}`)
    }
    if (/\b(?:TODO|FIXME|XXX|HACK)\b/.test(line) && !source.path.startsWith('tools/tidy')) {
      problems.push(`${source.path}:${i + 1}: a promise without a date: ${line.trim()}`)
    }
  })
  if (drawers.test(source.path)) problems.push(`${source.path}: a drawer, not a storey`)
  if (!/^[a-z0-9./-]+$/.test(source.path)) problems.push(`${source.path}: not in kebab case`)
  const opens = /^(?:#!.*\n)?\s*(?:\/\/|\/\*)/.test(source.text)
  const isList = /(?:^|\/)index\.ts$/.test(source.path)
  if (!opens && !isList) {
    problems.push(`${source.path}: must open with a comment that says what it is`)
  }
  return problems
}
