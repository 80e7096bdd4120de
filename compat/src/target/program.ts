// Programs of other languages and tools of other people as child processes: run to the end or until a limit, ended by
// their own ids, their output kept for the sentence that reports a failure.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Checks } from '../runner/suite.ts'

/** What to run. */
interface Command {
  readonly program: string
  readonly args: readonly string[]
  /** Written to its standard input, which is then closed. */
  readonly input?: string | Buffer
  readonly cwd?: string
  /** Beside that of this process. */
  readonly environment?: Readonly<Record<string, string>>
  /** Instead of that of this process. */
  readonly onlyEnvironment?: NodeJS.ProcessEnv
  /** After this time the process is ended. */
  readonly limitMs?: number
}

/** How a program ended. */
export interface Ended {
  /** `null` when it was ended by a signal. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(command: Command): ChildProcess {
  const { program, args, input, cwd, environment, onlyEnvironment } = command
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...(onlyEnvironment ?? process.env), ...environment },
  })
  // A program may end before it has read its input; how it ended is what the suite judges.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  return child
}

/** Ends the child after the limit; the result takes that back. */
function limit(child: ChildProcess, limitMs: number): () => void {
  const cancel = new AbortController()
  delay(limitMs, undefined, { signal: cancel.signal }).then(
    () => child.kill('SIGKILL'),
    () => {},
  )
  return () => cancel.abort()
}

/** Runs a program to its end. */
export async function runProgram(command: Command): Promise<Ended> {
  const child = start(command)
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk))
  const cancel = limit(child, command.limitMs ?? 30_000)
  try {
    await once(child, 'close')
  } finally {
    cancel()
  }
  const [stdout, stderr] = [Buffer.concat(out).toString(), Buffer.concat(err).toString()]
  return { exitCode: child.exitCode, stdout, stderr }
}

interface Line {
  /** A fact that must hold, as a sentence. */
  readonly check?: string
  readonly holds?: boolean
  /** What was found instead. */
  readonly found?: string
  /** Progress for a person. */
  readonly say?: string
  /** The last line of a program that came to its end. */
  readonly done?: true
}

function parse(text: string): Line | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}

/**
 * Runs a checking program of ours in another language. It prints a JSON object a line: `{"check", "holds", "found"}` for
 * each fact, `{"say"}` for progress, and `{"done": true}` at its end, without which the run has failed.
 */
export async function runChecks(
  command: Command,
  context: { readonly checks: Checks; readonly say: (line: string) => void; name: string },
): Promise<void> {
  const { checks, say, name } = context
  const child = start(command)
  const noise: string[] = []
  const note = (text: string): void => {
    noise.push(text)
    if (noise.length > 40) noise.shift()
  }
  child.stderr?.on('data', (chunk: Buffer) => note(chunk.toString()))
  const cancel = limit(child, command.limitMs ?? 90_000)
  const closed = once(child, 'close')
  let done = false
  try {
    if (child.stdout !== null) {
      for await (const text of createInterface({ input: child.stdout })) {
        const line = parse(text)
        if (line === undefined) note(`${text}\n`)
        if (line?.say !== undefined) say(`${name}: ${line.say}`)
        if (line?.check !== undefined) {
          const found = line.found === undefined ? '' : `: ${line.found}`
          checks.check(line.holds === true, `${name}: ${line.check}${found}`)
        }
        done ||= line?.done === true
      }
    }
    await closed
  } finally {
    cancel()
  }
  const ended = child.exitCode ?? child.signalCode ?? 'nothing'
  checks.check(
    done && child.exitCode === 0,
    `${name} came to its end, not to ${ended}:\n${noise.join('').slice(-4000)}`,
  )
}
