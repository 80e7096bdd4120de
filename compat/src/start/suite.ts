// The newcomer's first minute: a fresh clone, `npm ci`, `npm start`, and the time until the first record is acknowledged.
// Uses the machine's own node and npm, as a newcomer does.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { accepts, freePort } from '../kafka/broker.ts'
import { firstRecord } from '../newcomer/first-record.ts'
import { Checks, type Suite } from '../runner/suite.ts'

const root = join(import.meta.dirname, '..', '..', '..')

/** The environment of somebody who has never been here: no folder of ours on the path. */
function newcomer(): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '').split(delimiter)
  const kept = path.filter((folder) => !folder.includes('node_modules'))
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'))
  return { ...Object.fromEntries(environment), PATH: kept.join(delimiter) }
}

interface Started {
  readonly process: ChildProcess
  readonly lines: readonly string[]
  /** From the command to the first acknowledged record. */
  readonly firstRecordMs: number
}

async function start(directory: string, port: number): Promise<Started> {
  const began = performance.now()
  const words = ['start', '--', '--data', join(directory, 'data'), '--port', `${port}`]
  const child = spawn('npm', [...words, '--set', 'num.partitions=2'], {
    cwd: directory,
    env: newcomer(),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  await firstRecord(port, () => child.exitCode !== null)
  const firstRecordMs = Math.round(performance.now() - began)
  await delay(100)
  return { process: child, lines: lines.filter((line) => !/^(>.*)?$/.test(line)), firstRecordMs }
}

/** npm started the broker in a group of its own: the signal goes to both, and npm may be gone first. */
async function stop({ process: child }: Started, port: number): Promise<void> {
  const exited = once(child, 'exit')
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
  await exited
  while (await accepts(port)) await delay(10)
}

/** A clone, an installation and two starts. */
export const newcomerStart: Suite = {
  name: 'start',
  summary: 'a fresh clone: npm ci, npm start, and the time to the first acknowledged record',
  needs: [],
  async run({ say }) {
    const checks = new Checks()
    const directory = mkdtempSync(join(tmpdir(), 'samsa-start-'))
    try {
      const run = (command: string, args: readonly string[]): void => {
        const options = { cwd: directory, env: newcomer(), encoding: 'utf8' as const }
        const { status, stderr } = spawnSync(command, args, options)
        if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
      }
      run('git', ['clone', '--quiet', root, '.'])
      const before = performance.now()
      run('npm', ['ci'])
      say(`npm ci took ${((performance.now() - before) / 1000).toFixed(1)} s`)
      const port = await freePort()
      for (const which of ['first', 'second', 'third']) {
        const started = await start(directory, port)
        say(`the ${which} npm start: first record after ${started.firstRecordMs} ms`)
        const [version, data, address, ...more] = started.lines
        checks.check(/^Samsa \d/.test(version ?? ''), `the first line is the version: ${version}`)
        checks.check(data === `data in ${join(directory, 'data')}`, `then the directory: ${data}`)
        const expected = `listening on 127.0.0.1:${port}`
        checks.check(address === expected, `then the address: ${address}`)
        checks.check(more.length === 0, `three lines are all there are: ${more.join(', ')}`)
        await stop(started, port)
      }
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
    return checks.result()
  },
}
