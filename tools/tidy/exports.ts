// Exports that nobody uses: every exported value is imported by another file, or reachable from its package's index; so is
// every exported type, unless its own file mentions it.

import { dirname, posix } from 'node:path'
import type { Source } from './sources.ts'

const declaration =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(function\*?|class|const|let|interface|type)\s+([A-Za-z_$][\w$]*)/gm
const listed = /^export\s+(?:type\s+)?\{([^}]*)\}(?:\s+from\s+'([^']+)')?/gm
const star = /^export\s+\*\s+(?:as\s+\w+\s+)?from\s+'([^']+)'/gm
const imported = /^\s*import\s+(?:type\s+)?(?:\w+\s*,\s*)?\{([^}]*)\}\s+from\s+'([^']+)'/gm
const wholeModule = /^\s*import\s+\*\s+as\s+\w+\s+from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm

function names(list: string): string[] {
  return list
    .split(',')
    .map(
      (part) =>
        part
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+as\s+/)[0]
          ?.trim() ?? '',
    )
    .filter((name) => name !== '')
}

/** The file an import names; compat's packages are open to the benchmarks by folder and file. */
function resolve(from: string, name: string): string {
  const ofCompat = /^@samsa\/compat\/(.+)$/.exec(name)
  if (ofCompat !== null) return `compat/src/${ofCompat[1]}.ts`
  return posix.normalize(posix.join(dirname(from), name))
}

/** One sentence for every export that no other file uses. */
export function exportProblems(sources: readonly Source[]): string[] {
  const used = new Set<string>()
  const whole = new Set<string>()
  for (const source of sources) {
    for (const [, list = '', from = ''] of source.text.matchAll(imported)) {
      if (from.startsWith('.') || from.startsWith('@samsa/compat/')) {
        for (const name of names(list)) used.add(`${resolve(source.path, from)}#${name}`)
      }
    }
    for (const [, list = '', from] of source.text.matchAll(listed)) {
      if (from === undefined) continue
      for (const name of names(list)) used.add(`${resolve(source.path, from)}#${name}`)
    }
    for (const [, from = ''] of source.text.matchAll(star)) whole.add(resolve(source.path, from))
    for (const [, first, second] of source.text.matchAll(wholeModule)) {
      const from = first ?? second ?? ''
      if (from.startsWith('.')) whole.add(resolve(source.path, from))
    }
  }
  const problems: string[] = []
  for (const source of sources) {
    if (/(?:^|\/)index\.ts$|\.test\.ts$/.test(source.path) || whole.has(source.path)) continue
    // Tasks of worker threads are named by module and export, not imported.
    if (source.path.endsWith('-worker.ts')) continue
    for (const [, kind = '', name = ''] of source.text.matchAll(declaration)) {
      if (used.has(`${source.path}#${name}`)) continue
      // A type that the file's own functions mention is part of their face.
      const isType = kind === 'type' || kind === 'interface'
      if (isType && source.code.split(new RegExp(`\\b${name}\\b`)).length > 2) continue
      problems.push(`${source.path}: nobody uses ${name}`)
    }
  }
  return problems
}
