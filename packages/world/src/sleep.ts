// Sleeping in terms of a timer: the one implementation for every clock.

import type { Timer } from './clock.ts'

/** Resolves after `ms` as `after` counts them; rejects with the signal's reason when it aborts first. */
export function sleepOn(
  after: (ms: number, callback: () => void) => Timer,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal === undefined) {
      after(ms, resolve)
      return
    }
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const abort = (): void => {
      timer.cancel()
      reject(signal.reason)
    }
    const timer = after(ms, () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
    signal.addEventListener('abort', abort, { once: true })
  })
}
