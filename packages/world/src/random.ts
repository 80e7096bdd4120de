// Chance as the rest of Samsa sees it: in the simulator every number comes from one seed.

/** The source of random values. */
export interface Random {
  /** A whole number in [0, 2^32). */
  uint32(): number
  /** A whole number in [0, bound); `bound` is at least 1 and at most 2^32. */
  below(bound: number): number
  /** A fraction in [0, 1). */
  fraction(): number
  /** `length` fresh random bytes, fit for identifiers. */
  bytes(length: number): Buffer
}
