// What the command line said to every step, as one text that is the same from run to run: what differs by nature (ids,
// ports, times, sizes, speeds) is replaced by its name.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const directory = join(import.meta.dirname, 'transcripts')

/** Where the transcript with a kind of broker is kept. */
export function transcriptPath(kind: 'samsa' | 'kafka'): string {
  return join(directory, `${kind}.txt`)
}

/** Patterns and what stands for them, in the order in which they are tried. */
const replacements: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>'],
  [/\bA{21}Q\b/g, '<id>'],
  [/(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{22}(?![\w-])/g, '<id>'],
  [/\/[\w./-]*samsa-cli-[\w./-]+/g, '<directory>'],
  [/(127\.0\.0\.1|localhost):\d+/g, '<address>'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'],
  [/\b1[6-9]\d{11}\b/g, '<time>'],
  [/[\d,.]+ (B|KB|MB|GB|TB)\b/g, '<size>'],
  [/[\d,.]+ (records|requests)\/s/g, '<speed>'],
  [/[\d,.]+ ms\b/g, '<duration>'],
  [/[\d,.]+ s\b/g, '<duration>'],
  [/samsa \d+\.\d+\.\d+ \(node [\d.]+\)/g, 'samsa <version>'],
  // Columns are as wide as what was replaced.
  [/ {2,}/g, '  '],
]

/** A text without what differs by nature. */
export function settled(text: string): string {
  return replacements.reduce((said, [pattern, name]) => said.replace(pattern, name), text)
}

/** One step: what was typed, and what came of it. */
export interface Scene {
  readonly typed: string
  readonly said: string
}

/** One text of all scenes. */
export function transcriptText(scenes: readonly Scene[]): string {
  return scenes.map(({ typed, said }) => `$ ${typed}\n${said}`).join('\n')
}

/** The scenes of a kept transcript by what was typed; the second `samsa x` is `samsa x (2)`. */
export function scenesIn(text: string): Map<string, string> {
  const scenes = new Map<string, string>()
  for (const part of text.split(/^\$ /m).slice(1)) {
    const [typed = '', ...said] = part.trimEnd().split('\n')
    let name = typed
    for (let again = 2; scenes.has(name); again++) name = `${typed} (${again})`
    scenes.set(name, said.join('\n'))
  }
  return scenes
}

/** The kept transcript with a kind of broker. */
export function keptScenes(kind: 'samsa' | 'kafka'): Map<string, string> {
  return scenesIn(readFileSync(transcriptPath(kind), 'utf8'))
}
