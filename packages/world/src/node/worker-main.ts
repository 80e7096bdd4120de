// What a worker thread runs: imports the module of each task and calls the named export with the input and the disk.
// An exception becomes a message; the thread lives on.

import { parentPort } from 'node:worker_threads'
import { WorldError } from '../world-error.ts'
import { nodeDisk } from './disk.ts'
import type { WorkerFailure, WorkerRequest, WorkerResponse } from './worker-messages.ts'

type Runnable = (input: unknown, disk: typeof nodeDisk) => unknown

async function run({ module, name, input }: WorkerRequest): Promise<WorkerResponse> {
  try {
    const exports = (await import(module)) as Record<string, unknown>
    const task = exports[name]
    if (typeof task !== 'function') throw new Error(`${module} exports no function ${name}`)
    return { output: await (task as Runnable)(input, nodeDisk) }
  } catch (error) {
    return { failure: failureOf(error) }
  }
}

function failureOf(error: unknown): WorkerFailure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined }
  const { name, message, stack } = error
  if (!(error instanceof WorldError)) return { name, message, stack }
  return { name, message, stack, world: { kind: error.kind, subject: error.subject } }
}

async function answer(request: WorkerRequest): Promise<void> {
  const response = await run(request)
  try {
    parentPort?.postMessage(response)
  } catch (error) {
    // The output could not be cloned.
    parentPort?.postMessage({ failure: failureOf(error) } satisfies WorkerResponse)
  }
}

parentPort?.on('message', (request: WorkerRequest) => {
  void answer(request)
})
