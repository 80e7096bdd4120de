// Error codes belong to partitions (or topics, or groups), so a handler answers each on its own: `settle` runs one and
// turns a KafkaError into its code. Only `settle` and the connection loop catch; anything else is a bug and flies on.

import { KafkaError } from '@samsa/protocol'

/** What stands in for the fields of a part that failed; without `errorMessage` for responses that have none. */
export interface Failed {
  readonly errorCode: number
  readonly errorMessage: string
}

function failure<I extends object>(identity: I, error: unknown): I & Failed {
  if (error instanceof KafkaError) {
    return { ...identity, errorCode: error.code, errorMessage: error.message }
  }
  throw error
}

/** `identity` with what `run` gave and error code 0, or with the code and message of the KafkaError it threw. */
export function settle<I extends object, R extends object>(
  identity: I,
  run: () => R,
): (I & R & { errorCode: 0 }) | (I & Failed) {
  try {
    return { ...identity, errorCode: 0, ...run() }
  } catch (error) {
    return failure(identity, error)
  }
}

/** As `settle`, for work that waits. The promise rejects for bugs only. */
export async function settleAsync<I extends object, R extends object>(
  identity: I,
  run: () => R | Promise<R>,
): Promise<(I & R & { errorCode: 0 }) | (I & Failed)> {
  try {
    return { ...identity, errorCode: 0, ...(await run()) }
  } catch (error) {
    return failure(identity, error)
  }
}
