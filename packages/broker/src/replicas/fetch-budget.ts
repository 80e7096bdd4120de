// How much the answers to fetches may hold while their readers take their time. Answers get smaller as less is left, so
// that a thousand slow readers hold no more than a few fast ones.

/** Bytes that answers to fetches may hold together before they get small. */
const budgetBytes = 256 * 1024 * 1024
/** An answer may always have so much. */
const smallestShare = 64 * 1024

/** Bytes held by answers that have not left yet. */
export class FetchBudget {
  #heldBytes = 0

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Most bytes that the next answer should have. */
  share(): number {
    return Math.max(smallestShare, Math.floor((budgetBytes - this.#heldBytes) / 4))
  }

  take(bytes: number): void {
    this.#heldBytes += bytes
  }

  release(bytes: number): void {
    this.#heldBytes -= bytes
  }
}
