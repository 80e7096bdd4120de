// A server under load, in a process of its own, with its processor time and memory read from /proc.

import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

const ticksPerSecond = 100

/** A running server. */
export class ServerProcess implements AsyncDisposable {
  readonly port: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
  }

  /** Starts `script`, which prints its port when it serves and ends when its standard input does. */
  static start(script: URL, args: readonly string[]): Promise<ServerProcess> {
    const child = spawn(
      process.execPath,
      ['--conditions=@samsa/source', script.pathname, ...args],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    return new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`${script.pathname} ended with ${code}`)))
      child.stdout?.once('data', (line: Buffer) =>
        resolve(new ServerProcess(child, Number(line.toString().trim()))),
      )
    })
  }

  /** User and system time used so far, in seconds. */
  cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  }

  /** Resident memory in megabytes. */
  residentMb(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'latin1')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.stdin?.end()
    await ended
  }
}
