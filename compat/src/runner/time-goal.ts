// Goals that are times. A machine that does something else beside takes longer, which says nothing of the code: whether the
// goal is met is printed, and only what takes many times as long has failed.

import type { Checks } from './suite.ts'

/** How much longer than its goal something may take before it counts as broken. */
const patience = 5

/** Prints whether something took as long as it should at most. */
export function judgeTime(
  checks: Checks,
  say: (line: string) => void,
  { what, tookMs, mostMs }: { what: string; tookMs: number; mostMs: number },
): void {
  const took = `${what}: ${Math.round(tookMs)} ms, goal ${mostMs} ms: ${tookMs <= mostMs ? 'met' : 'not met'}`
  say(took)
  checks.check(tookMs <= patience * mostMs, took)
}
