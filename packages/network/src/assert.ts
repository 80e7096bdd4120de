// Assertions about our own code; they stay on in production.

/** Throws when `condition` does not hold: a bug of ours, never bad input. */
export function assert(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${sentence}`)
}
