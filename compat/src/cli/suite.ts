// Every command as a process of its own against a broker, Samsa or with `--against kafka` Apache Kafka: what it prints, how
// it ends, that this is what it said before (transcripts/, kept with `--update`), that its JSON is JSON, that it is plain in
// a pipe and coloured on a terminal, and that Ctrl-C ends it in order.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Checks, type Need, type Suite, type SuiteContext } from '../runner/suite.ts'
import { type Ended, runProgram } from '../target/program.ts'
import { Target, targetNeeds } from '../target/target.ts'
import { type Step, steps } from './steps.ts'
import {
  keptScenes,
  type Scene,
  scenesIn,
  settled,
  transcriptPath,
  transcriptText,
} from './transcript.ts'

const main = join(import.meta.dirname, '..', '..', '..', 'packages', 'cli', 'src', 'main.ts')
const node = ['--conditions=@samsa/source', main]
/** What begins a colour on a terminal. */
const escape = String.fromCharCode(27)

/** A command line that talks to one broker. */
class CommandLine {
  readonly #environment: Readonly<Record<string, string>>

  constructor(brokers: string) {
    this.#environment = { SAMSA_BROKERS: brokers, TERM: 'xterm-256color' }
  }

  run(words: readonly string[], input = ''): Promise<Ended> {
    const args = [...node, ...words]
    return runProgram({ program: process.execPath, args, input, environment: this.#environment })
  }

  /** As a person sees it: both streams on a terminal. */
  onTerminal(words: readonly string[]): Promise<Ended> {
    const quoted = [process.execPath, ...node, ...words].map((word) => `'${word}'`).join(' ')
    // Node shows no colours to a machine that builds, even on a terminal.
    const args = ['-qec', `env -u CI ${quoted}`, '/dev/null']
    return runProgram({ program: 'script', args, environment: this.#environment })
  }

  /** Starts it, and interrupts it when it has printed something. */
  async interrupted(words: readonly string[]): Promise<{ exitCode: number | null; text: string }> {
    const child = spawn(process.execPath, [...node, ...words], {
      env: { ...process.env, ...this.#environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      child.kill('SIGINT')
    })
    await once(child, 'exit')
    return { exitCode: child.exitCode, text }
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

async function take(step: Step, line: CommandLine, checks: Checks): Promise<Scene> {
  const { words, input = '', exitCode = 0, says, complains, json } = step
  const name = `samsa ${words.join(' ')}`
  const ended = await line.run(words, input)
  const said = `stdout: ${ended.stdout}stderr: ${ended.stderr}`
  checks.check(
    ended.exitCode === exitCode,
    `${name} exits with ${exitCode}, not ${ended.exitCode}; ${said}`,
  )
  if (says !== undefined) checks.check(says.test(ended.stdout), `${name} says ${says}; ${said}`)
  if (complains !== undefined) {
    checks.check(complains.test(ended.stderr), `${name} complains ${complains}; ${said}`)
  }
  checks.check(!ended.stdout.includes(escape), `${name} has no colours in a pipe`)
  const scene = { typed: name, said: settled(`${ended.stdout}${ended.stderr}exit ${exitCode}\n`) }
  if (json === undefined) return scene
  const { stdout } = await line.run([...words, '--json'], input)
  const texts = json === 'text' ? [stdout] : stdout.trimEnd().split('\n')
  checks.check(texts.every(isJson), `${name} --json prints JSON, not ${stdout.slice(0, 200)}`)
  return scene
}

/** Compares what was said with what was said before, or keeps it with `--update`. */
function compare(scenes: readonly Scene[], target: Target, context: SuiteContext): string[] {
  const kind = target.name === 'Samsa' ? 'samsa' : 'kafka'
  const text = transcriptText(scenes)
  if (context.args.includes('--update')) {
    writeFileSync(transcriptPath(kind), text)
    context.say(`wrote ${transcriptPath(kind)}`)
  }
  const kept = keptScenes(kind)
  return [...scenesIn(text)].flatMap(([typed, said]) => {
    const before = kept.get(typed)
    if (before === said) return []
    return [
      `${typed} said before:\n${before ?? '(nothing)'}\nand now:\n${said}\n--update keeps that`,
    ]
  })
}

const scriptNeed: Need = {
  what: 'script',
  how: 'apt-get install bsdutils',
  check: () => spawnSync('script', ['--version']).status === 0,
  install: () => void spawnSync('apt-get', ['install', '-y', 'bsdutils'], { stdio: 'inherit' }),
}

/** The command line from the outside. */
export const commandLine: Suite = {
  name: 'cli',
  summary: 'every command of samsa as a process, in a pipe and on a terminal',
  needs: [...targetNeeds(), scriptNeed],
  async run({ args, say }) {
    const checks = new Checks()
    await using target = await Target.start({ args, suite: 'cli' })
    const line = new CommandLine(target.bootstrap)
    const scenes: Scene[] = []
    const isKafka = target.name !== 'Samsa'
    for (const step of steps) {
      const asked = isKafka ? { ...step, ...step.onKafka } : step
      const scene = await take(asked, line, checks)
      if (step.isLong !== true) scenes.push(scene)
    }
    const changes = compare(scenes, target, { args, say })
    checks.check(changes.length === 0, changes.join('\n\n'))
    say(`${steps.length} command lines against ${target.name}`)

    await line.run(['produce', 'seen'], 'one\n')
    const coloured = await line.onTerminal(['doctor', '--quick'])
    checks.check(coloured.stdout.includes(`${escape}[32m`), 'a terminal shows colours')
    const followed = await line.interrupted(['consume', 'seen', '--follow'])
    checks.check(followed.exitCode === 0, `Ctrl-C ends --follow in order: ${followed.exitCode}`)
    checks.check(followed.text === 'one\n', `--follow printed what there was: ${followed.text}`)

    const nobody = await line.run(['topic', 'list', '-b', '127.0.0.1:1', '--timeout', '1'])
    checks.check(nobody.exitCode === 1, 'nobody there: exit code 1')
    const isOneLine = /^samsa topic list: [^\n]*127\.0\.0\.1:1[^\n]*\n$/.test(nobody.stderr)
    checks.check(isOneLine, `nobody there is said in one line: ${nobody.stderr}`)
    return checks.result()
  },
}
