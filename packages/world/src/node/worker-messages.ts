// What the pool and its threads say to each other. One request is answered before the next is sent.

import type { WorldErrorKind } from '../world-error.ts'

/** A task to run. */
export interface WorkerRequest {
  readonly module: string
  readonly name: string
  readonly input: unknown
}

/** An exception of a task: structured cloning would lose the class and the fields of a `WorldError`. */
export interface WorkerFailure {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly world?: { readonly kind: WorldErrorKind; readonly subject: string }
}

/** How a task ended. */
export type WorkerResponse = { readonly output: unknown } | { readonly failure: WorkerFailure }
