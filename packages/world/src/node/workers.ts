// A small pool of worker threads. Threads start with the first task that finds none free, and end after idling, so that
// a process without heavy work pays nothing. A thread runs one task at a time: when it dies, one task is lost.

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Task, Workers } from '../workers.ts'
import { WorldError } from '../world-error.ts'
import type { WorkerFailure, WorkerRequest, WorkerResponse } from './worker-messages.ts'

const idleMs = 10_000

interface Job {
  readonly request: WorkerRequest
  readonly transfer: readonly ArrayBuffer[]
  readonly resolve: (output: unknown) => void
  readonly reject: (error: Error) => void
}

class Thread {
  readonly #pool: NodeWorkers
  readonly #worker: Worker
  #job: Job | undefined
  #idleTimer: NodeJS.Timeout | undefined

  constructor(pool: NodeWorkers) {
    this.#pool = pool
    // Flags such as --conditions are inherited with the parent's execArgv.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    this.#worker = new Worker(new URL(`./worker-main.${extension}`, import.meta.url))
    this.#worker.on('message', (response: WorkerResponse) => this.#answered(response))
    this.#worker.on('error', (error: Error) => this.#died(error))
    this.#worker.on('exit', (code) => this.#died(new Error(`The worker exited with code ${code}`)))
  }

  run(job: Job): void {
    clearTimeout(this.#idleTimer)
    this.#job = job
    this.#worker.ref()
    try {
      this.#worker.postMessage(job.request, [...job.transfer])
    } catch (error) {
      // The input could not be cloned: the thread has seen nothing.
      this.#job = undefined
      job.reject(error instanceof Error ? error : new Error(String(error)))
      this.#rest()
    }
  }

  async end(): Promise<void> {
    clearTimeout(this.#idleTimer)
    await this.#worker.terminate()
  }

  #answered(response: WorkerResponse): void {
    const job = this.#job
    this.#job = undefined
    if ('failure' in response) job?.reject(errorOf(response.failure))
    else job?.resolve(response.output)
    this.#rest()
  }

  /** A thread without a task keeps no process alive, and not itself for long. */
  #rest(): void {
    if (this.#pool.next(this)) return
    this.#worker.unref()
    this.#idleTimer = setTimeout(() => void this.#pool.retire(this), idleMs).unref()
  }

  #died(error: Error): void {
    clearTimeout(this.#idleTimer)
    const job = this.#job
    this.#job = undefined
    this.#pool.forget(this)
    job?.reject(error)
  }
}

/** Runs tasks in at most `size` threads. */
export class NodeWorkers implements Workers {
  readonly #size: number
  readonly #threads = new Set<Thread>()
  readonly #idle: Thread[] = []
  readonly #waiting: Job[] = []
  #closed = false

  /** `size` is the largest number of threads; by default one fewer than processors, and at least one. */
  constructor(size?: number) {
    this.#size = Math.max(1, size ?? availableParallelism() - 1)
  }

  run<Input, Output>(
    task: Task<Input, Output>,
    input: Input,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Output> {
    return new Promise<Output>((resolve, reject) => {
      if (this.#closed) {
        reject(closedError(task.name))
        return
      }
      const request = { module: task.module, name: task.name, input }
      this.#waiting.push({
        request,
        transfer,
        resolve: resolve as (output: unknown) => void,
        reject,
      })
      this.#dispatch()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const job of this.#waiting.splice(0)) job.reject(closedError(job.request.name))
    await Promise.all([...this.#threads].map((thread) => thread.end()))
  }

  /** Gives a free thread its next task; `false` when there is none and the thread is now idle. */
  next(thread: Thread): boolean {
    const job = this.#waiting.shift()
    if (job !== undefined) thread.run(job)
    else this.#idle.push(thread)
    return job !== undefined
  }

  /** A thread is gone; what waits may need another. */
  forget(thread: Thread): void {
    this.#threads.delete(thread)
    const index = this.#idle.indexOf(thread)
    if (index >= 0) this.#idle.splice(index, 1)
    this.#dispatch()
  }

  /** Ends a thread that has idled for long. */
  async retire(thread: Thread): Promise<void> {
    this.forget(thread)
    await thread.end()
  }

  #dispatch(): void {
    while (this.#waiting.length > 0 && !this.#closed) {
      const free = this.#idle.pop()
      if (free === undefined && this.#threads.size >= this.#size) return
      const thread = free ?? new Thread(this)
      this.#threads.add(thread)
      const job = this.#waiting.shift()
      if (job !== undefined) thread.run(job)
    }
  }
}

function closedError(task: string): WorldError {
  return new WorldError('closed', task, `run ${task}: the workers were closed`)
}

function errorOf({ name, message, stack, world }: WorkerFailure): Error {
  const error =
    world === undefined ? new Error(message) : new WorldError(world.kind, world.subject, message)
  error.name = name
  if (stack !== undefined) error.stack = stack
  return error
}
