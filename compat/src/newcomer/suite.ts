// The newcomer's path: a fresh clone, the system's Node and npm and nothing else, and the README followed line by line: its
// command lines are taken from the page, so that it cannot promise what is not so. Every step's time is printed.
//
// `npm test` takes minutes; `--no-tests` leaves it out, and so does CI, where the tests have run before.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { accepts } from '../kafka/broker.ts'
import { Checks, type Suite } from '../runner/suite.ts'
import { judgeTime } from '../runner/time-goal.ts'
import { Screen, screenNeed } from '../screen/screen.ts'
import { runProgram } from '../target/program.ts'
import { firstRecord } from './first-record.ts'
import { newcomerEnvironment, versionsOn } from './machine.ts'
import { commandLinesOf } from './readme.ts'

const root = join(import.meta.dirname, '..', '..', '..')
/** Where the README's broker listens. */
const port = 9092
const mostInstallMs = 60_000
const mostFirstRecordMs = 1000
const demoMs = 20_000
const testsMs = 15 * 60_000

/** What a line must print; lines without a rule must only succeed. */
const rules: readonly (readonly [RegExp, RegExp])[] = [
  [/ topic create /, /^created greetings/m],
  [/ produce /, /^1 record written to greetings/m],
  [/ consume .*(-g|--group) /, /^hello$/m],
  [/ consume /, /^en says hello$/m],
  [/ group describe /, / Empty.* lag 0/],
  [/ doctor/, /^ok +controller/m],
  [/ hello\.ts/, /^en hello$/m],
]

/** A person who types what the README says. */
class Newcomer implements AsyncDisposable {
  readonly #checks: Checks
  readonly #say: (line: string) => void
  readonly #directory: string
  readonly #clone: string
  readonly #environment: NodeJS.ProcessEnv
  #broker: ChildProcess | undefined

  constructor(checks: Checks, say: (line: string) => void) {
    this.#checks = checks
    this.#say = say
    this.#directory = mkdtempSync(join(tmpdir(), 'samsa-newcomer-'))
    this.#clone = join(this.#directory, 'samsa')
    this.#environment = newcomerEnvironment(join(this.#directory, 'bin'))
    say(versionsOn(this.#environment))
    const { status, stderr } = spawnSync('git', ['clone', '--quiet', root, this.#clone])
    if (status !== 0) throw new Error(`git clone: ${stderr.toString()}`)
  }

  /** Follows the page. */
  async follow(withTests: boolean): Promise<void> {
    const page = readFileSync(join(this.#clone, 'README.md'), 'utf8')
    const example = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
    writeFileSync(join(this.#clone, 'hello.ts'), example)
    for (const line of commandLinesOf(page).flatMap((text) => text.split(' && '))) {
      if (line === 'npm test' && !withTests) this.#say(`${'-'.padStart(8)}     ${line} (left out)`)
      else await this.#type(line)
    }
  }

  async #type(line: string): Promise<void> {
    const startedAt = performance.now()
    const note = line === 'npm start' ? await this.#start() : await this.#run(line)
    const seconds = (performance.now() - startedAt) / 1000
    this.#say(`${seconds.toFixed(2).padStart(8)} s   ${line}${note}`)
    if (line !== 'npm ci') return
    const time = { what: 'installing', tookMs: seconds * 1000, mostMs: mostInstallMs }
    judgeTime(this.#checks, this.#say, time)
  }

  async #run(line: string): Promise<string> {
    if (line.includes(' demo ')) return this.#watch(line)
    const limitMs = line === 'npm test' ? testsMs : 180_000
    const { exitCode, stdout, stderr } = await runProgram({
      program: '/bin/sh',
      args: ['-c', line],
      cwd: this.#clone,
      onlyEnvironment: this.#environment,
      limitMs,
    })
    const said = `stdout: ${stdout.slice(-3000)}\nstderr: ${stderr.slice(-3000)}`
    this.#checks.check(exitCode === 0, `${line} succeeds, not with ${exitCode}: ${said}`)
    const [, wanted] = rules.find(([which]) => which.test(line)) ?? []
    if (wanted !== undefined) this.#checks.check(wanted.test(stdout), `${line}: ${wanted}: ${said}`)
    return ''
  }

  /** Starts the broker and leaves it running; says how soon the first record was acknowledged. */
  async #start(): Promise<string> {
    if (await accepts(port)) throw new Error(`port ${port}, the README's, is taken on this machine`)
    const startedAt = performance.now()
    const child = spawn('/bin/sh', ['-c', 'exec npm start'], {
      cwd: this.#clone,
      env: this.#environment,
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: true,
    })
    this.#broker = child
    await firstRecord(port, () => child.exitCode !== null)
    const tookMs = performance.now() - startedAt
    this.#checks.check(child.exitCode === null, 'the broker runs until the first record is there')
    const what = 'from npm start to the first acknowledged record'
    judgeTime(this.#checks, this.#say, { what, tookMs, mostMs: mostFirstRecordMs })
    return `  (to the first acknowledged record)`
  }

  /** Watches the demo on a terminal for a while, and ends it as a person would. */
  async #watch(line: string): Promise<string> {
    const place = { cwd: this.#clone, environment: this.#environment }
    using screen = new Screen({ command: line, columns: 120, rows: 40, ...place })
    await delay(demoMs)
    const seen = screen.text()
    for (const what of ['samsa stock exchange', 'GOOG', 'analysts', 'alerts']) {
      this.#checks.check(seen.includes(what), `the demo shows ${what}:\n${seen}`)
    }
    screen.press('q')
    const end = await screen.until(() => false, 15_000)
    this.#checks.check(/ticks audited: 0 problems/.test(end), `the demo ends in order:\n${end}`)
    const [, ticks = '?'] = /(\d+) ticks/.exec(seen) ?? []
    return `  (${ticks} ticks seen in ${demoMs / 1000} s)`
  }

  /** npm started the broker in a group of its own: the signal goes to both. */
  async [Symbol.asyncDispose](): Promise<void> {
    const broker = this.#broker
    if (broker?.pid !== undefined && broker.exitCode === null) {
      const exited = once(broker, 'exit')
      process.kill(-broker.pid, 'SIGTERM')
      await exited
      while (await accepts(port)) await delay(10)
    }
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** The README, followed by somebody who has never been here. */
export const newcomer: Suite = {
  name: 'newcomer',
  summary: 'a fresh clone and the README line by line, with nothing but Node and npm',
  needs: [screenNeed],
  async run({ args, say }) {
    const checks = new Checks()
    await using person = new Newcomer(checks, say)
    await person.follow(!args.includes('--no-tests') && process.env['CI'] !== 'true')
    return checks.result()
  },
}
