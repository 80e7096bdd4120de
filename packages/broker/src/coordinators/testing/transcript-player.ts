// Plays transcripts: each is a list of commands, a line of dashes, and everything that came of them: answers, records,
// events. `node --test --test-update-snapshots` writes what comes now into the files.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import type { CoordinatorStage, StageCommand } from './coordinator-stage.ts'

/** How lines are read and run. */
interface Play<S, C> {
  readonly stage: S
  readonly commands: Readonly<Record<string, StageCommand<S, C>>>
  /** The client of this name; lines that begin with a command have none. */
  readonly clientOf: (name: string) => C
}

/** A test for each `*.txt` in a directory; `begin` sets a fresh stage. */
export function testTranscripts<S extends CoordinatorStage, C>(
  directory: string,
  begin: () => Play<S, C>,
): void {
  const isUpdate = process.execArgv.includes('--test-update-snapshots')
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.txt'))) {
    test(`transcript ${basename(file, '.txt')}`, async () => {
      const path = join(directory, file)
      const text = readFileSync(path, 'utf8')
      const played = await play(begin(), text)
      if (isUpdate) writeFileSync(path, played)
      else assert.equal(played, text)
    })
  }
}

/** The transcript with what comes now in place of what was expected. */
async function play<S extends CoordinatorStage, C>(on: Play<S, C>, text: string): Promise<string> {
  const blocks: string[] = []
  for (const block of text.trimEnd().split(/\n\n+/)) {
    const [commands = ''] = block.split(/^----$/m)
    const lines = commands.trimEnd().split('\n')
    const output: string[] = []
    for (const line of lines) {
      if (!line.startsWith('#')) output.push(...(await runLine(on, line)))
    }
    const isComment = lines.every((line) => line.startsWith('#'))
    blocks.push(isComment ? lines.join('\n') : [...lines, '----', ...output].join('\n'))
  }
  on.stage.coordinator.stop()
  return `${blocks.join('\n\n')}\n`
}

/** Runs one line, `[CLIENT] COMMAND WORD … option=value …`; resolves to what came of it. */
async function runLine<S extends CoordinatorStage, C>(
  { stage, commands, clientOf }: Play<S, C>,
  line: string,
): Promise<string[]> {
  await stage.clock.advance(0)
  const options = new Map<string, string>()
  const words = line.split(/\s+/).filter((part) => {
    const [, key, value] = /^([a-z-]+)=(.*)$/.exec(part) ?? []
    if (key === undefined || value === undefined) return part !== ''
    options.set(key, value)
    return false
  })
  const [first = '', second = ''] = words
  const isByClient = commands[first] === undefined
  const command = commands[isByClient ? second : first]
  if (command === undefined) throw new SyntaxError(`There is no command like: ${line}`)
  const client = clientOf(isByClient ? first : 'admin')
  await command(stage, words.slice(isByClient ? 2 : 1), options, client)
  await stage.clock.advance(0)
  stage.sayRecords()
  return stage.lines.splice(0)
}
