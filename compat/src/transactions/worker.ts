// A worker process that is killed now and then, and started again whenever it is gone.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Keeps one program running. */
export class Worker {
  readonly name: string
  readonly #logFile: string
  readonly #program: string
  readonly #args: readonly string[]
  #process: ChildProcess | undefined
  #isWanted = true
  #running: Promise<void>
  /** How often it was started. */
  starts = 0
  /** What it said last when it ended by itself. */
  lastWords = ''

  /** `logFile` gets everything the program says on stderr. */
  constructor(name: string, logFile: string, program: string, args: readonly string[]) {
    this.#logFile = logFile
    appendFileSync(logFile, '')
    this.name = name
    this.#program = program
    this.#args = args
    this.#running = this.#run()
  }

  /** Everything it said on stderr. */
  get said(): string {
    return readFileSync(this.#logFile, 'utf8')
  }

  /** The process ends at once, in the middle of whatever it does. */
  kill(): void {
    this.#process?.kill('SIGKILL')
  }

  /** It is not started again; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#isWanted = false
    this.kill()
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#isWanted) {
      const child = spawn(this.#program, this.#args, { stdio: ['ignore', 'ignore', 'pipe'] })
      this.#process = child
      this.starts += 1
      child.stderr.on('data', (chunk: Buffer) => {
        if (!chunk.includes('SLF4J')) this.lastWords = chunk.toString().slice(-500)
        appendFileSync(this.#logFile, chunk)
      })
      await once(child, 'exit')
      if (this.#isWanted) await delay(100)
    }
  }
}
