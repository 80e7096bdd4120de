// A program lives as long as somebody waits, and no longer: shown with processes of their own.

import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

const source = join(import.meta.dirname, 'keep-alive.ts')

/** Runs a program that has nothing else to wait for; what it printed. */
function run(program: string): string {
  const prelude = `
    import { nodeClock } from '@samsa/world/node'
    import { KeepAlive } from ${JSON.stringify(source)}
    const keepAlive = new KeepAlive(nodeClock)
  `
  const words = ['--conditions=@samsa/source', '--input-type=module', '--eval', prelude + program]
  const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: import.meta.dirname })
  return `${stdout}${stderr}`
}

test('a program that waits for an answer lives until it is there, whatever else is open', () => {
  const said = run(`
    keepAlive.begin()
    nodeClock.after(50, () => { console.log('answered'); keepAlive.end() })
    await new Promise((resolve) => nodeClock.after(60, resolve))
    console.log('went on')
  `)
  assert.equal(said, 'answered\nwent on\n')
})

test('a program whose answers are all there ends', () => {
  assert.equal(run(`keepAlive.begin(); keepAlive.end(); keepAlive.begin(); keepAlive.end()`), '')
  assert.equal(run(`keepAlive.begin(); keepAlive.close()`), '')
})
