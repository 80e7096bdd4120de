// Work at a steady rate, whether or not what was begun before is done: latencies as a user meets them.

import { setTimeout as delay } from 'node:timers/promises'

/** How much work there is. */
interface Pace {
  readonly perSecond: number
  readonly seconds: number
}

/**
 * Calls `begin` at a steady rate. Resolves to the latencies in milliseconds, each counted from when its work was due, so
 * that no stall is hidden.
 */
export async function atPace(
  { perSecond, seconds }: Pace,
  begin: (finished: () => void) => void,
): Promise<Float64Array> {
  const total = perSecond * seconds
  const latencies = new Float64Array(total)
  const { promise, resolve } = Promise.withResolvers<void>()
  let begun = 0
  let done = 0
  const startedAt = performance.now()
  while (begun < total) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1000) * perSecond)
    for (; begun < due; begun++) {
      const dueAt = startedAt + (begun / perSecond) * 1000
      begin(() => {
        latencies[done++] = performance.now() - dueAt
        if (done === total) resolve()
      })
    }
    await delay(1)
  }
  await promise
  return latencies
}
