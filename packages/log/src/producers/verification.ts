// Proof that the transaction coordinator knows a partition to be part of a transaction (KIP-890). The first append of a
// transaction needs a guard; the guard is handed out before the coordinator is asked and is void once a transaction of
// that producer began or ended here, so that an answer that arrives late proves nothing. With transactions of version 2
// the end of the one before does not count: the next is verified while that marker may still be on its way.

/** Handed out by `startVerification`, given back with the append. Compared by identity. */
export interface VerificationGuard {
  readonly producerId: number
}

/** What is remembered while a verification is under way. */
export interface Verification {
  readonly guard: VerificationGuard
  producerEpoch: number
  /** The lowest sequence seen meanwhile: it must be appended first. */
  lowestSequence: number
  /** Whether the client bumps its epoch for every transaction, so that each must begin with sequence 0. */
  readonly supportsEpochBump: boolean
  readonly startedMs: number
}

/** The verifications under way in one partition. */
export class Verifications {
  readonly #byProducer = new Map<number, Verification>()

  /** The guard of the verification under way, or of a new one. */
  start(
    producerId: number,
    attempt: {
      readonly producerEpoch: number
      readonly sequence: number
      readonly supportsEpochBump: boolean
      readonly nowMs: number
    },
  ): VerificationGuard {
    const known = this.#byProducer.get(producerId)
    if (known === undefined) {
      const guard = { producerId }
      this.#byProducer.set(producerId, {
        guard,
        producerEpoch: attempt.producerEpoch,
        lowestSequence: attempt.sequence,
        supportsEpochBump: attempt.supportsEpochBump,
        startedMs: attempt.nowMs,
      })
      return guard
    }
    if (attempt.producerEpoch > known.producerEpoch) {
      known.producerEpoch = attempt.producerEpoch
      known.lowestSequence = attempt.sequence
    } else if (attempt.producerEpoch === known.producerEpoch) {
      known.lowestSequence = Math.min(known.lowestSequence, attempt.sequence)
    }
    return known.guard
  }

  get(producerId: number): Verification | undefined {
    return this.#byProducer.get(producerId)
  }

  end(producerId: number): void {
    this.#byProducer.delete(producerId)
  }

  /** The partition's log has been replaced: its verifications go on here. */
  takeFrom(other: Verifications): void {
    for (const [producerId, verification] of other.#byProducer) {
      this.#byProducer.set(producerId, verification)
    }
  }

  /**
   * A marker was appended under this epoch. Where every transaction has an epoch of its own, its marker has the next one: a
   * marker that is not ahead of the verification ended the transaction before, and says nothing of this one.
   */
  marked(producerId: number, markerEpoch: number): void {
    const known = this.#byProducer.get(producerId)
    if (known?.supportsEpochBump === true && markerEpoch <= known.producerEpoch) return
    this.#byProducer.delete(producerId)
  }

  /** Forgets verifications that began before `limitMs`. */
  expire(limitMs: number): void {
    for (const [producerId, verification] of this.#byProducer) {
      if (verification.startedMs < limitMs) this.#byProducer.delete(producerId)
    }
  }

  clear(): void {
    this.#byProducer.clear()
  }
}
