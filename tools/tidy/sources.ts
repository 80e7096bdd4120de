// Every source file of the repository as the house rules see it: path, lines, the imports it states.

import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The repository's root, an absolute path. */
export const root: string = join(import.meta.dirname, '..', '..')

/** A TypeScript file. `path` is relative to the root, with forward slashes. */
export interface Source {
  readonly path: string
  readonly text: string
  /** The text without comments and without the contents of strings; same length and lines as `text`. */
  readonly code: string
  readonly imports: readonly string[]
}

const skipped = new Set(['node_modules', 'dist', '.git', 'fixtures', 'testdata', 'results'])

function* walk(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else if (/\.tsx?$/.test(entry.name)) yield path
  }
}

/** All TypeScript sources of packages, compat, bench and tools. */
export function readSources(): Source[] {
  const sources: Source[] = []
  for (const top of ['packages', 'compat', 'bench', 'tools', 'examples']) {
    const directory = join(root, top)
    if (!readdirSync(root).includes(top)) continue
    for (const file of walk(directory)) {
      const text = readFileSync(file, 'utf8')
      sources.push({
        path: relative(root, file).replaceAll('\\', '/'),
        text,
        code: blankCommentsAndStrings(text),
        imports: statedImports(text),
      })
    }
  }
  return sources.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function statedImports(text: string): string[] {
  const found: string[] = []
  const pattern =
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm
  for (const match of text.matchAll(pattern)) {
    const name = match[1] ?? match[2] ?? match[3]
    if (name !== undefined) found.push(name)
  }
  return found
}

const token =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*(?=[\s.,;)\]])|[`{}]/g
const templatePart = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{|$)/y

/** Replaces comments and the inside of quotes by blanks, so that a rule looks at code only. */
export function blankCommentsAndStrings(text: string): string {
  let code = ''
  let position = 0
  // One entry per open brace: whether it opened an interpolation inside a template.
  const braces: boolean[] = []
  const copyTo = (end: number, blank: boolean): void => {
    const part = text.slice(position, end)
    code += blank ? part.replace(/[^\n]/g, ' ') : part
    position = end
  }
  const skipTemplate = (): void => {
    templatePart.lastIndex = position
    const part = templatePart.exec(text)?.[0] ?? ''
    copyTo(position + part.length, true)
    if (part.endsWith('${')) braces.push(true)
  }
  for (;;) {
    token.lastIndex = position
    const match = token.exec(text)
    if (match === null) break
    copyTo(match.index, false)
    const [found] = match
    copyTo(match.index + found.length, found !== '{' && found !== '}')
    if (found === '`') skipTemplate()
    else if (found === '{') braces.push(false)
    else if (found === '}' && braces.pop() === true) skipTemplate()
  }
  copyTo(text.length, false)
  return code
}
