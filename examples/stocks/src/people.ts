// The people of the exchange as processes: started, killed, started again.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { analysts, sources } from './roles.ts'

/** How the processes are started. */
export interface PeopleOptions {
  readonly brokers: string
  readonly speed: number
  readonly directory: string
  /** What runs a role: words for node, before the name of the role. */
  readonly command: readonly string[]
  /** Is told what a process that failed had to say. */
  readonly onFailure: (name: string, said: string) => void
}

/** All processes. */
export class People {
  readonly #options: PeopleOptions
  readonly #running = new Map<string, ChildProcess>()

  constructor(options: PeopleOptions) {
    this.#options = options
  }

  /** Starts everybody. */
  startAll(): void {
    for (const name of [...Object.keys(analysts), ...Object.keys(sources)]) this.start(name)
  }

  isRunning(name: string): boolean {
    return this.#running.has(name)
  }

  start(name: string): void {
    if (this.#running.has(name)) return
    const { brokers, speed, directory, command } = this.#options
    const words = [...command, name, '--brokers', brokers, '--speed', String(speed)]
    const child = spawn(process.execPath, [...words, '--directory', directory], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#running.set(name, child)
    let said = ''
    child.stderr?.on('data', (text: Buffer) => (said += text.toString()))
    child.once('exit', (code) => {
      if (this.#running.get(name) === child) this.#running.delete(name)
      if (code !== 0 && code !== null) this.#options.onFailure(name, said)
    })
  }

  /** Ends a process without a warning, as a crash would. */
  kill(name: string): void {
    this.#running.get(name)?.kill('SIGKILL')
  }

  /** Ends everybody in order. */
  async stopAll(): Promise<void> {
    const children = [...this.#running.values()]
    const ended = children.map((child) => once(child, 'exit'))
    for (const child of children) child.kill('SIGTERM')
    await Promise.all(ended)
  }
}
