// How much the answers to fetches may hold while their readers take their time. Answers get smaller as less is left, so
// that a thousand slow readers hold little more than a few fast ones.
//
// Invariant: what was granted is given back once; grants never fall below a size that makes progress.

/** Bytes that answers to fetches may hold together before they get as small as they may. */
const budgetBytes = 128 * 1024 * 1024
/** An answer may always have so much. */
const smallestGrant = 64 * 1024
/** One answer gets at most this part of what is left. */
const shareOfRest = 4

/** Bytes held by answers that have not left yet. */
export class FetchBudget {
  #heldBytes = 0

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Most bytes of `wantedBytes` that may be read now; they count as held. */
  reserve(wantedBytes: number): number {
    const share = Math.max(smallestGrant, (budgetBytes - this.#heldBytes) / shareOfRest)
    const granted = Math.min(wantedBytes, Math.floor(share))
    this.#heldBytes += granted
    return granted
  }

  /** So many of the held bytes are needed no more. */
  release(bytes: number): void {
    this.#heldBytes -= bytes
  }
}
