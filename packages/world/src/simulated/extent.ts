// How much of a story is told. A story that fails is told again with fewer faults and a shorter time until as little as
// possible is left that still fails; one seed and one extent give one trace.

/** Limits of a telling. */
export interface ExtentLimits {
  /** Only so many things go wrong, those that come first; all of them when absent. */
  readonly faults?: number
  /** The part of the story's whole length in percent; 100 when absent. */
  readonly percent?: number
}

/** The extent of one telling; counts what goes wrong in it. */
export class Extent {
  readonly #most: number
  readonly #percent: number
  #faults = 0

  constructor({ faults = Number.POSITIVE_INFINITY, percent = 100 }: ExtentLimits = {}) {
    this.#most = faults
    this.#percent = percent
  }

  /** How much has gone wrong so far. */
  get faults(): number {
    return this.#faults
  }

  /** Whether one more thing may go wrong, which is then counted: asked by a story just before it does so. */
  fault(): boolean {
    if (this.#faults >= this.#most) return false
    this.#faults += 1
    return true
  }

  /** The part of a length (milliseconds, steps) that is told, at least 1. */
  of(length: number): number {
    return this.#percent === 100 ? length : Math.max(1, Math.round((length * this.#percent) / 100))
  }
}
