// The newcomer's first minute: a fresh clone, `npm ci`, `npm start`, and the time until the first record is acknowledged; and
// without a clone, from tarballs. Uses the machine's own node and npm, as a newcomer does.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { accepts, freePort } from '../kafka/broker.ts'
import { firstRecord } from '../newcomer/first-record.ts'
import { newcomerEnvironment } from '../newcomer/machine.ts'
import { Checks, type Suite } from '../runner/suite.ts'
import { checkInstallation } from './installed.ts'

const root = join(import.meta.dirname, '..', '..', '..')

interface Started {
  readonly process: ChildProcess
  readonly lines: readonly string[]
  /** From the command to the first acknowledged record. */
  readonly firstRecordMs: number
}

async function start(directory: string, port: number, env: NodeJS.ProcessEnv): Promise<Started> {
  const began = performance.now()
  const words = ['start', '--', '--data', join(directory, 'data'), '--port', `${port}`]
  const child = spawn('npm', [...words, '--set', 'num.partitions=2'], {
    cwd: directory,
    env,
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

/** A clone and its starts, then an installation without a clone. */
export const newcomerStart: Suite = {
  name: 'start',
  summary:
    'npm ci and npm start in a fresh clone, the steps of the Dockerfile, npx: sizes and times',
  needs: [],
  async run({ say }) {
    const checks = new Checks()
    const temporary = mkdtempSync(join(tmpdir(), 'samsa-start-'))
    const directory = join(temporary, 'samsa')
    const env = newcomerEnvironment(join(temporary, 'bin'))
    try {
      const run = (command: string, args: readonly string[]): void => {
        const options = { cwd: directory, env, encoding: 'utf8' as const }
        const { status, stderr } = spawnSync(command, args, options)
        if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
      }
      spawnSync('git', ['clone', '--quiet', root, directory], { stdio: 'inherit' })
      const before = performance.now()
      run('npm', ['ci'])
      say(`npm ci took ${((performance.now() - before) / 1000).toFixed(1)} s`)
      const port = await freePort()
      for (const which of ['first', 'second', 'third']) {
        const started = await start(directory, port, env)
        say(`the ${which} npm start: first record after ${started.firstRecordMs} ms`)
        const [version, data, address, ...more] = started.lines
        checks.check(/^Samsa \d/.test(version ?? ''), `the first line is the version: ${version}`)
        checks.check(data === `data in ${join(directory, 'data')}`, `then the directory: ${data}`)
        const expected = `listening on 127.0.0.1:${port}`
        checks.check(address === expected, `then the address: ${address}`)
        checks.check(more.length === 0, `three lines are all there are: ${more.join(', ')}`)
        await stop(started, port)
      }
      const image = join(temporary, 'image')
      await checkInstallation({ clone: directory, image, environment: env, checks, say })
    } finally {
      rmSync(temporary, { recursive: true, force: true })
    }
    return checks.result()
  },
}
