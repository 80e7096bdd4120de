// Calls that would take time, chance or threads past the World, and what to write instead.

import type { Source } from './sources.ts'

const bans: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bDate\b/, 'world.clock.now()'],
  [/\bMath\.random\b/, 'world.random'],
  [/\bperformance\.now\b/, 'world.clock.monotonic()'],
  [/\b(?:setTimeout|setInterval|setImmediate)\b/, 'world.clock.after() or sleep()'],
  [/\bprocess\.(?:nextTick|env|hrtime|exit)\b/, 'the World, or the settings'],
  [/\b(?:WeakRef|FinalizationRegistry)\b/, 'explicit release'],
  [/\bAbortSignal\.timeout\b/, 'world.clock.after()'],
  [/\b(?:randomUUID|randomBytes|randomInt|randomFill|randomFillSync)\b/, 'world.random'],
  [/\b(?:pbkdf2|scrypt|hkdf)\(/, 'the synchronous form'],
  [/\bconsole\.\w+\(/, 'world.logger'],
  [/@ts-(?:ignore|nocheck|expect-error)\b/, 'a type that holds'],
  [/\bas any\b|: any\b/, 'a type that holds'],
]

/** Where a ban does not hold, with the reason. */
const exempt: readonly (readonly [path: RegExp, reason: string])[] = [
  [/\.test\.ts$/, 'tests talk to the real world'],
  [/^packages\/world\/src\/node\//, 'this is the real world'],
  [/^packages\/(cli|simulator)\/src\//, 'programs: they print and read the command line'],
  [/^(compat|bench|tools|examples)\//, 'programs around the product'],
]

const everywhere = /@ts-|any\b/

/** Banned calls in one file, as sentences that name the line and the replacement. */
export function banProblems(source: Source): string[] {
  const spared = exempt.some(([path]) => path.test(source.path))
  const problems: string[] = []
  const codeLines = source.code.split('\n')
  const textLines = source.text.split('\n')
  for (const [pattern, instead] of bans) {
    const always = everywhere.test(pattern.source)
    if (spared && !always) continue
    const typeTest = pattern.source.startsWith('@ts-') && source.path.endsWith('.test.ts')
    if (typeTest || source.path.startsWith('tools/tidy')) continue
    const lines = pattern.source.startsWith('@ts-') ? textLines : codeLines
    lines.forEach((line, i) => {
      if (pattern.test(line)) {
        problems.push(`${source.path}:${i + 1}: ${line.trim()} - use ${instead}`)
      }
    })
  }
  return problems
}
