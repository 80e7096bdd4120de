// Tasks without threads: the same functions, called in place. Input and output are cloned as threads would, so that a
// task which needs more than its input fails here too.

import type { Disk } from '../disk.ts'
import type { Task, Workers } from '../workers.ts'
import { WorldError } from '../world-error.ts'

/** How the surroundings take part in a task. */
export interface InlineWorkersOptions {
  /** Loads a module; the simulator stops virtual time meanwhile. */
  readonly load?: (module: string) => Promise<unknown>
  /** Lets the time pass that a task takes. */
  readonly pass?: () => Promise<void>
}

type Runnable = (input: unknown, disk: Disk) => unknown

/** Runs each task when it is asked for. */
export function inlineWorkers(disk: Disk, options: InlineWorkersOptions = {}): Workers {
  const load = options.load ?? ((module: string): Promise<unknown> => import(module))
  let isClosed = false
  return {
    run: async <Input, Output>(
      task: Task<Input, Output>,
      input: Input,
      transfer: readonly ArrayBuffer[] = [],
    ): Promise<Output> => {
      const copy = structuredClone(input, { transfer: [...transfer] })
      const exports = (await load(task.module)) as Record<string, unknown>
      const run = exports[task.name]
      if (typeof run !== 'function') {
        throw new Error(`${task.module} exports no function ${task.name}`)
      }
      await options.pass?.()
      const output = await (run as Runnable)(copy, disk)
      if (isClosed) {
        throw new WorldError('closed', task.name, `run ${task.name}: the workers were closed`)
      }
      return structuredClone(output) as Output
    },
    close: async () => {
      isClosed = true
    },
  }
}
