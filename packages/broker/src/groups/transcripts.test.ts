// Plays the transcripts in testdata/: each is a list of commands, a line of dashes, and everything that came of them:
// answers, records, events. `node --test --test-update-snapshots` writes what comes now into the files.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import test from 'node:test'
import { memoryDisk, SeededRandom } from '@samsa/world/simulated'
import { TranscriptPlayer } from './testing/transcript-player.ts'

const directory = join(import.meta.dirname, 'testdata')
const isUpdate = process.execArgv.includes('--test-update-snapshots')

for (const file of readdirSync(directory).filter((name) => name.endsWith('.txt'))) {
  test(`transcript ${basename(file, '.txt')}`, async () => {
    const path = join(directory, file)
    const text = readFileSync(path, 'utf8')
    const played = await play(text)
    if (isUpdate) writeFileSync(path, played)
    else assert.equal(played, text)
  })
}

/** The transcript with what comes now in place of what was expected. */
async function play(text: string): Promise<string> {
  const player = new TranscriptPlayer(new SeededRandom(1), memoryDisk())
  const blocks: string[] = []
  for (const block of text.trimEnd().split(/\n\n+/)) {
    const [commands = ''] = block.split(/^----$/m)
    const lines = commands.trimEnd().split('\n')
    const output: string[] = []
    for (const line of lines) {
      if (!line.startsWith('#')) output.push(...(await player.command(line)))
    }
    const isComment = lines.every((line) => line.startsWith('#'))
    blocks.push(isComment ? lines.join('\n') : [...lines, '----', ...output].join('\n'))
  }
  player.stop()
  return `${blocks.join('\n\n')}\n`
}
