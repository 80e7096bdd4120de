// The Go clients, franz-go and sarama: small programs of our own, built on the spot into .cache, against one broker.

import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Checks, type Need, type Suite } from '../runner/suite.ts'
import { runChecks, runProgram } from '../target/program.ts'
import { Target, targetNeeds } from '../target/target.ts'

const programs = ['franz', 'sarama'] as const
const built = join(import.meta.dirname, '..', '..', '..', '.cache', 'go')

/** Go's own packages install there, which not every path has; a distribution's Go may be too old. */
const environment = {
  ...process.env,
  PATH: ['/usr/local/go/bin', process.env['PATH'] ?? ''].join(delimiter),
}
const here = { cwd: import.meta.dirname, env: environment }

const goNeed: Need = {
  what: 'Go 1.26 or newer',
  how: 'apt-get install golang-go, or any Go from 1.21 on, which fetches what go.mod names',
  check: () => spawnSync('go', ['list', '-m'], here).status === 0,
  install: () => {
    spawnSync('apt-get', ['install', '-y', '-qq', 'golang-go'], { stdio: 'ignore' })
  },
}

const modulesNeed: Need = {
  what: 'the Go modules of compat/src/go',
  how: 'go mod download, in compat/src/go',
  check: () => {
    const offline = { ...environment, GOFLAGS: '-mod=readonly', GOPROXY: 'off' }
    const list = ['list', '-deps', './franz', './sarama']
    return spawnSync('go', list, { cwd: import.meta.dirname, env: offline }).status === 0
  },
  install: () => {
    spawnSync('go', ['mod', 'download'], { ...here, stdio: 'inherit' })
  },
}

/** franz-go and sarama, unmodified. */
export const goClients: Suite = {
  name: 'go',
  summary: 'franz-go, and sarama as of 1.0.0 and as of its newest version',
  needs: [goNeed, modulesNeed, ...targetNeeds()],
  async run({ args, say }) {
    const checks = new Checks()
    mkdirSync(built, { recursive: true })
    const build = ['build', '-o', `${built}/`, ...programs.map((program) => `./${program}`)]
    say('building; the first time takes minutes')
    const compiled = await runProgram({
      program: 'go',
      args: build,
      cwd: import.meta.dirname,
      environment: { PATH: environment.PATH },
      limitMs: 600_000,
    })
    if (compiled.exitCode !== 0) throw new Error(`go build: ${compiled.stderr}`)
    const settings = {
      'group.initial.rebalance.delay.ms': '0',
      'group.consumer.min.heartbeat.interval.ms': '100',
      'group.consumer.heartbeat.interval.ms': '300',
    }
    await using target = await Target.start({ args, suite: 'go', settings })
    say(`against ${target.name}`)
    for (const name of programs) {
      const command = { program: join(built, name), args: [target.bootstrap] }
      await runChecks(command, { checks, say, name })
    }
    return checks.result()
  },
}
