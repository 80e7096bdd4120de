// Assertions stay on in production: they stop the process at the first step of a bug instead of the last.

/** Throws when our own code broke a rule. Never for what a peer, a disk or a user can cause. */
export function assert(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${sentence}`)
}
