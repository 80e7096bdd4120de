// Which offset each leader epoch began at (KIP-101). Followers and consumers ask this before they truncate or resume.
//
// Invariant: epochs and start offsets both strictly rise. An entry that would break it removes the entries it
// contradicts: those with an equal or larger epoch, and those with an equal or larger start offset.

/** The first offset that was written under a leader epoch. */
export interface EpochStart {
  readonly epoch: number
  readonly startOffset: number
}

/** Where an epoch ended: the answer to OffsetForLeaderEpoch. Both fields are -1 when the epoch is unknown. */
export interface EpochEnd {
  /** The asked epoch, or the largest known one below it. */
  readonly epoch: number
  /** The offset after the last record of that epoch. */
  readonly endOffset: number
}

const unknownEnd: EpochEnd = { epoch: -1, endOffset: -1 }

/** The history of leader epochs of one partition, in memory. */
export class LeaderEpochs {
  #entries: EpochStart[]
  #version = 0

  constructor(entries: readonly EpochStart[] = []) {
    this.#entries = []
    for (const entry of entries) this.assign(entry.epoch, entry.startOffset)
  }

  get entries(): readonly EpochStart[] {
    return this.#entries
  }

  /** Grows with every change: tells whether the file on disk is stale. */
  get version(): number {
    return this.#version
  }

  /** The newest epoch; `undefined` when none is known. */
  get latest(): number | undefined {
    return this.#entries.at(-1)?.epoch
  }

  /** Notes that `epoch` begins at `startOffset`. Returns false when that was known already. */
  assign(epoch: number, startOffset: number): boolean {
    if (epoch < 0 || startOffset < 0) return false
    const last = this.#entries.at(-1)
    if (last !== undefined && last.epoch === epoch && startOffset >= last.startOffset) return false
    this.#entries = this.#entries.filter(
      (entry) => entry.epoch < epoch && entry.startOffset < startOffset,
    )
    this.#entries.push({ epoch, startOffset })
    this.#version += 1
    return true
  }

  /** Where `epoch` ended, given the end of the log. */
  endOf(epoch: number, logEndOffset: number): EpochEnd {
    const latest = this.#entries.at(-1)
    if (epoch < 0 || latest === undefined) return unknownEnd
    if (epoch === latest.epoch) return { epoch, endOffset: logEndOffset }
    const next = this.#entries.findIndex((entry) => entry.epoch > epoch)
    if (next < 0) return unknownEnd
    const startOfNext = this.#entries[next]?.startOffset ?? -1
    // Below everything known: the asked epoch ended where the first known one began.
    const floor = this.#entries[next - 1]
    return { epoch: floor?.epoch ?? epoch, endOffset: startOfNext }
  }

  /** The epoch of the record at `offset`; `undefined` when the log knows none. */
  epochAt(offset: number): number | undefined {
    return this.#entries.findLast((entry) => entry.startOffset <= offset)?.epoch
  }

  /** Forgets the epochs that begin at or after `endOffset`. */
  truncateFromEnd(endOffset: number): void {
    const kept = this.#entries.filter((entry) => entry.startOffset < endOffset)
    if (kept.length === this.#entries.length) return
    this.#entries = kept
    this.#version += 1
  }

  /** Forgets the epochs that ended before `startOffset`; the one that holds it now begins there. */
  truncateFromStart(startOffset: number): void {
    const holding = this.#entries.findLast((entry) => entry.startOffset <= startOffset)
    if (holding === undefined || holding.startOffset === startOffset) {
      const kept = this.#entries.filter((entry) => entry.startOffset >= startOffset)
      if (kept.length === this.#entries.length) return
      this.#entries = kept
    } else {
      const later = this.#entries.filter((entry) => entry.startOffset > startOffset)
      this.#entries = [{ epoch: holding.epoch, startOffset }, ...later]
    }
    this.#version += 1
  }

  /** Forgets everything. */
  clear(): void {
    if (this.#entries.length === 0) return
    this.#entries = []
    this.#version += 1
  }
}
