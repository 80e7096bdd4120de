// The command as somebody gets it who has no clone: built and installed by the steps of the Dockerfile into an empty
// folder, with the size and the time of that, and started there through npx.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Checks } from '../runner/suite.ts'
import { judgeTime } from '../runner/time-goal.ts'
import { stepsIn } from './container.ts'

const mostBytes = 25e6
const mostInstallMs = 10_000

/** What the steps need. */
interface Installation {
  /** A clone after `npm ci`. */
  readonly clone: string
  /** Stands for the root of the image. */
  readonly image: string
  /** Somebody else's machine. */
  readonly environment: NodeJS.ProcessEnv
  readonly checks: Checks
  readonly say: (line: string) => void
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => {
    const entry = lstatSync(join(directory, name))
    return sum + (entry.isFile() ? entry.size : 0)
  }, 0)
}

/** Builds, installs and starts; what it takes is said. */
export async function checkInstallation(installation: Installation): Promise<void> {
  const { clone, image, environment, checks, say } = installation
  for (const folder of ['', 'usr/local/bin']) mkdirSync(join(image, folder), { recursive: true })
  const { build, install } = stepsIn(clone, image)
  const run = (line: string, cwd: string): number => {
    const startedAt = performance.now()
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', line], {
      cwd,
      // An image has more programs than a newcomer needs.
      env: { ...environment, PATH: `${environment['PATH'] ?? ''}:/usr/bin:/bin` },
      encoding: 'utf8',
    })
    checks.check(status === 0, `${line} succeeds: ${stdout.slice(-2000)}${stderr.slice(-2000)}`)
    return (performance.now() - startedAt) / 1000
  }
  // The clone has its packages already.
  const buildSeconds = run(build.replace('npm ci && ', ''), clone)
  say(`built and packed in ${buildSeconds.toFixed(1)} s`)
  const seconds = run(install, image)
  if (!existsSync(join(image, 'opt', 'samsa', 'node_modules'))) return
  const bytes = sizeOf(join(image, 'opt', 'samsa', 'node_modules'))
  say(`installed from tarballs in ${seconds.toFixed(1)} s, ${(bytes / 1e6).toFixed(1)} MB`)
  checks.check(bytes <= mostBytes, `the installation has at most 25 MB, it has ${bytes} bytes`)
  judgeTime(checks, say, { what: 'installing', tookMs: seconds * 1000, mostMs: mostInstallMs })
  await startThere(installation)
}

async function startThere({ image, environment, checks, say }: Installation): Promise<void> {
  const cwd = join(image, 'opt', 'samsa')
  const onOldNode = spawnSync('npx', ['--no-install', 'samsa', 'version'], {
    cwd,
    env: environment,
    encoding: 'utf8',
  })
  const isOld = onOldNode.status === 1 && onOldNode.stderr.includes('needs Node 24')
  const isNew = onOldNode.status === 0 && onOldNode.stdout.startsWith('samsa ')
  checks.check(isOld || isNew, `any Node is told where it stands: ${onOldNode.stderr}`)

  // As if the machine had our Node.
  const node = join(process.execPath, '..')
  const env = { ...environment, PATH: `${node}${delimiter}${environment['PATH'] ?? ''}` }
  const startedAt = performance.now()
  const words = ['--no-install', 'samsa', 'start', '--port', '0', '--data', join(image, 'data')]
  const child = spawn('npx', words, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const port = await portOf(child)
  const startMs = Math.round(performance.now() - startedAt)
  say(`npx samsa start listens after ${startMs} ms`)
  try {
    const health = join(image, 'usr', 'local', 'bin', 'samsa')
    const quick = ['doctor', '--quick', '--timeout', '3', '--brokers', `127.0.0.1:${port}`]
    const { status, stdout } = spawnSync(health, quick, { env, encoding: 'utf8' })
    checks.check(status === 0, `the health check finds it well: ${stdout}`)
  } finally {
    const exited = once(child, 'exit')
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    await exited
  }
}

async function portOf(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('the process has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const [, port] = /^listening on .*:(\d+)$/.exec(line) ?? []
    if (port === undefined) continue
    child.stdout.resume()
    return Number(port)
  }
  throw new Error('npx samsa start ended before it listened')
}
