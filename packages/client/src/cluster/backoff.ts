// Pauses between attempts: they double with every failure in a row up to a limit, and are spread by a fifth to both sides
// so that clients that lost the same broker do not come back at the same moment (KIP-580).

/** First and longest pause. */
export interface Backoff {
  readonly baseMs: number
  readonly maxMs: number
}

const jitter = 0.2

/** The pause after `failures` (1 or more) failures in a row; `fraction` is a random number in [0, 1). */
export function backoffMs({ baseMs, maxMs }: Backoff, failures: number, fraction: number): number {
  const exponent = Math.min(Math.max(failures - 1, 0), 30)
  const pauseMs = Math.min(baseMs * 2 ** exponent, maxMs)
  return pauseMs * (1 + jitter * (2 * fraction - 1))
}
