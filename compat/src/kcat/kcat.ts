// The kcat program: runs of it that end by themselves, and group members that run until they are ended.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { type Ended, runProgram } from '../target/program.ts'

/** One record as `kcat -J` prints it. */
export interface Read {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly tstype: string
  readonly ts: number
  readonly headers?: readonly string[]
  readonly key: string | null
  readonly payload: string | null
}

function parseLines<T>(text: string): T[] {
  const lines = text.split('\n').filter((line) => line.startsWith('{'))
  return lines.map((line) => JSON.parse(line) as T)
}

/** Checksums are looked at; an empty fetch does not wait half a second for more. */
const reading = '-X check.crcs=true -X fetch.wait.max.ms=50'

/** kcat against one broker. Words are kcat's own arguments. */
export class Kcat {
  readonly #bootstrap: string

  constructor(bootstrap: string) {
    this.#bootstrap = bootstrap
  }

  /** Runs kcat to its end, whatever that is. */
  run(words: string, input?: string | Buffer): Promise<Ended> {
    const args = ['-b', this.#bootstrap, ...words.split(' ')]
    return runProgram({ program: 'kcat', args, limitMs: 30_000, ...(input && { input }) })
  }

  /** Produces the lines of `input`; throws what kcat said when it failed. */
  async produce(words: string, input: string | Buffer): Promise<void> {
    const ended = await this.run(`-P ${words}`, input)
    if (ended.exitCode !== 0) throw new Error(`kcat -P ${words}: ${ended.stderr}`)
  }

  /** Consumes until the end of the partitions, or what else the words say. */
  async consume(words: string): Promise<Read[]> {
    const ended = await this.run(`-C -J -q -e ${reading} ${words}`)
    if (ended.exitCode !== 0) throw new Error(`kcat -C ${words}: ${ended.stderr}`)
    return parseLines<Read>(ended.stdout)
  }

  /** A member of a group that runs until it is ended. */
  member(words: string): Member {
    return new Member(['-b', this.#bootstrap, '-J', '-u', ...words.split(' ')])
  }
}

/** A running `kcat -G`. */
export class Member {
  readonly #process: ChildProcess
  #out = ''
  #err = ''

  constructor(args: readonly string[]) {
    this.#process = spawn('kcat', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      this.#out += chunk.toString()
    })
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#err += chunk.toString()
    })
  }

  /** What it has read so far. */
  reads(): Read[] {
    return parseLines<Read>(this.#out.slice(0, this.#out.lastIndexOf('\n') + 1))
  }

  /** How many partitions the last rebalance gave it. */
  assigned(): number {
    const last = this.#err.split('\n').findLast((line) => line.includes('rebalanced'))
    return last === undefined
      ? 0
      : [...(last.split('assigned:')[1] ?? '').matchAll(/\[\d+\]/g)].length
  }

  /** What it told the person. */
  said(): string {
    return this.#err
  }

  /** Lets it commit and leave its group, and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill('SIGINT')
    const cancel = new AbortController()
    delay(10_000, undefined, { signal: cancel.signal }).then(
      () => this.#process.kill('SIGKILL'),
      () => {},
    )
    await once(this.#process, 'exit')
    cancel.abort()
  }
}
