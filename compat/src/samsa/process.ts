// A Samsa broker as a process of its own, started through the command line as a user starts it.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const main = join(import.meta.dirname, '..', '..', '..', 'packages', 'cli', 'src', 'main.ts')

/** How to start a Samsa broker. */
interface SamsaOptions {
  /** Data directory, new or used before. */
  readonly directory: string
  /** 0 lets the system choose. */
  readonly port?: number
  readonly settings?: Readonly<Record<string, string>>
  /** A file that gets what the broker logs. */
  readonly logFile?: string
  /** Whether signals of the terminal stay away from it. */
  readonly ownGroup?: boolean
}

/** A running Samsa broker. */
export class SamsaProcess implements AsyncDisposable {
  readonly port: number
  readonly pid: number
  readonly #process: ChildProcess

  private constructor(port: number, process: ChildProcess) {
    this.port = port
    this.pid = process.pid ?? -1
    this.#process = process
  }

  /** Starts the broker and resolves when it has printed its address. */
  static async start(options: SamsaOptions): Promise<SamsaProcess> {
    const sets = Object.entries(options.settings ?? {}).flatMap(([key, value]) => [
      '--set',
      `${key}=${value}`,
    ])
    const start = ['start', '--data', options.directory, '--port', `${options.port ?? 0}`]
    const child = spawn(process.execPath, ['--conditions=@samsa/source', main, ...start, ...sets], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: options.ownGroup === true,
    })
    const said: string[] = []
    if (options.logFile !== undefined) {
      child.stderr.pipe(createWriteStream(options.logFile, { flags: 'a' }))
    }
    const note = (chunk: Buffer): unknown => said.push(chunk.toString())
    child.stderr.on('data', note)
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(`${line}\n`)
      const address = /listening on .*:(\d+)$/.exec(line)
      if (address === null) continue
      child.stdout.resume()
      child.stderr.off('data', note).resume()
      return new SamsaProcess(Number(address[1]), child)
    }
    throw new Error(`samsa start ended before it listened:\n${said.join('')}`)
  }

  /** Ends the process by its own id and waits until it is gone. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill(signal)
    await once(this.#process, 'exit')
  }

  /** Pauses the process, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.kill(signal)
  }

  /** Whether the process has not ended. */
  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL')
  }
}
