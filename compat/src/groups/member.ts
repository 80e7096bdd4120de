// A member of a group as a process of its own, and what it says it has processed.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Program } from './kinds.ts'

/** Partitions that a member says it was given. */
export interface Given {
  readonly member: string
  /** Where the client tells it. */
  readonly generation?: number
  readonly assigned: readonly number[]
}

/** What a group's members, dead or alive, have processed: a flag for each offset of each partition. */
export class Processed {
  readonly #partitions: boolean[][]
  readonly given: Given[] = []
  /** Records whose value is not their number. */
  readonly wrong: string[] = []

  constructor(partitions: number) {
    this.#partitions = Array.from({ length: partitions }, () => [])
  }

  add(partition: number, from: number, to: number): void {
    const seen = this.#partitions[partition]
    if (seen === undefined) throw new Error(`there is no partition ${partition}`)
    for (let offset = from; offset <= to; offset++) seen[offset] = true
  }

  /** The offsets below the ends that nobody has processed, as `partition offset`. */
  missing(ends: readonly number[]): string[] {
    return ends.flatMap((end, partition) => {
      const seen = this.#partitions[partition] ?? []
      const missing: string[] = []
      for (let offset = 0; offset < end; offset++) {
        if (seen[offset] !== true) missing.push(`${partition} ${offset}`)
      }
      return missing
    })
  }
}

interface Line {
  readonly partition?: number
  readonly from?: number
  readonly to?: number
  /** kcat prints each record. */
  readonly offset?: number
  readonly payload?: string
  readonly member?: string
  readonly generation?: number
  readonly assigned?: readonly number[]
  readonly wrong?: string
}

function take(line: Line, into: Processed): void {
  const { partition, offset, payload, from, to, member, generation, assigned, wrong } = line
  if (partition !== undefined && offset !== undefined) {
    if (payload !== String(offset)) into.wrong.push(`${partition} ${offset}: ${payload}`)
    into.add(partition, offset, offset)
  } else if (partition !== undefined && from !== undefined && to !== undefined) {
    into.add(partition, from, to)
  } else if (member !== undefined && assigned !== undefined) {
    into.given.push({ member, assigned, ...(generation === undefined ? {} : { generation }) })
  } else if (wrong !== undefined) {
    into.wrong.push(wrong)
  }
}

/** A running member. */
export class Member {
  readonly #process: ChildProcess
  readonly #heard: Promise<void>
  #said = ''
  #hasJoined = false

  constructor({ program, args }: Program, into: Processed) {
    this.#process = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process.on('error', (error) => {
      this.#said += error.message
    })
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#said = `${this.#said}${chunk.toString()}`.slice(-1500)
      // kcat tells a person.
      this.#hasJoined ||= chunk.includes(' rebalanced ')
    })
    this.#heard = this.#listen(into)
  }

  async #listen(into: Processed): Promise<void> {
    if (this.#process.stdout === null) return
    for await (const text of createInterface({ input: this.#process.stdout })) {
      // The last line of a process that was killed may be cut.
      if (!text.startsWith('{') || !text.endsWith('}')) continue
      this.#hasJoined = true
      take(JSON.parse(text) as Line, into)
    }
  }

  get isAlive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** Whether it has been in its group. */
  get hasJoined(): boolean {
    return this.#hasJoined
  }

  /** The end of what it told on standard error. */
  get said(): string {
    return this.#said
  }

  /** Kills it: it says no farewell. */
  async crash(): Promise<void> {
    if (this.isAlive) {
      this.#process.kill('SIGKILL')
      await once(this.#process, 'exit')
    }
    await this.#heard
  }

  /** Asks it to leave its group, and waits until it is gone, for at most twenty seconds. */
  async leave(): Promise<void> {
    if (!this.isAlive) return
    const exit = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    const cancel = new AbortController()
    const late = delay(20_000, undefined, { signal: cancel.signal }).catch(() => {})
    await Promise.race([exit, late])
    cancel.abort()
    await this.crash()
  }
}
