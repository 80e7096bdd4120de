// What a log must hold, kept beside it in plain arrays: every batch that was appended and not cut off, who was told what
// about it, and up to where it was promised to survive a loss of power.

/** A record as the model remembers it. */
export interface ModelRecord {
  readonly offset: number
  readonly key: string
  readonly value: string | null
}

/** A batch as the model remembers it. */
export interface ModelBatch {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly leaderEpoch: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly isTransactional: boolean
  readonly marker: 'abort' | 'commit' | undefined
  readonly records: readonly ModelRecord[]
  /** The append was answered. */
  isAcknowledged: boolean
}

/** The model of one log. */
export class ModelLog {
  /** In order of offsets, without gaps; batches that were deleted or compacted stay here. */
  batches: ModelBatch[] = []
  /** Everything before it survives a loss of power. */
  durableOffset = 0
  /** The largest log start offset that was ever asked for or seen. */
  startOffset = 0
  /** Compaction has run: records may be missing. */
  wasCompacted = false

  get nextOffset(): number {
    const last = this.batches.at(-1)
    return Math.max(this.baseOffset, (last?.lastOffset ?? -1) + 1)
  }

  /** Where the log goes on when all batches are gone. */
  baseOffset = 0

  append(batch: ModelBatch): void {
    this.batches.push(batch)
  }

  /** Acknowledged by the log; `isDurable` when a loss of power cannot take it back. */
  acknowledge(batch: ModelBatch, isDurable: boolean): void {
    batch.isAcknowledged = true
    if (isDurable) this.durableOffset = Math.max(this.durableOffset, batch.lastOffset + 1)
  }

  /** The log said that the batch is not in it. */
  refuse(batch: ModelBatch): void {
    this.batches = this.batches.filter((each) => each !== batch)
  }

  /** From here on batches that reach beyond `offset` may be gone. */
  beginTruncation(offset: number): void {
    this.durableOffset = Math.min(this.durableOffset, offset)
    for (const batch of this.batches) if (batch.lastOffset >= offset) batch.isAcknowledged = false
  }

  endTruncation(offset: number): void {
    const first = this.batches.find((batch) => batch.lastOffset >= offset)
    const end = Math.min(offset, first?.baseOffset ?? this.nextOffset)
    this.batches = this.batches.filter((batch) => batch.lastOffset < offset)
    this.baseOffset = Math.min(this.baseOffset, end)
    // A batch in the middle of which the cut lies goes as a whole.
    this.durableOffset = Math.min(this.durableOffset, this.nextOffset)
  }

  /** The batches that must be there after a crash. */
  required(crash: 'killed' | 'power'): ModelBatch[] {
    return this.batches.filter((batch) => {
      if (batch.lastOffset < this.startOffset) return false
      return crash === 'killed' ? batch.isAcknowledged : batch.lastOffset < this.durableOffset
    })
  }

  /** After recovery: what is there is there for good. */
  settle(logEndOffset: number): void {
    this.batches = this.batches.filter((batch) => batch.lastOffset < logEndOffset)
    for (const batch of this.batches) batch.isAcknowledged = true
    this.baseOffset = logEndOffset
    this.durableOffset = logEndOffset
  }

  /** The newest record of every key below `offset`, without those of aborted and open transactions. */
  newestByKey(offset: number): Map<string, ModelRecord> {
    const aborted = this.#undecided()
    const newest = new Map<string, ModelRecord>()
    for (const batch of this.batches) {
      if (batch.lastOffset >= offset || batch.marker !== undefined || aborted.has(batch)) continue
      for (const record of batch.records) newest.set(record.key, record)
    }
    return newest
  }

  /** Batches of transactions that did not commit. */
  #undecided(): Set<ModelBatch> {
    const found = new Set<ModelBatch>()
    const open = new Map<number, ModelBatch[]>()
    for (const batch of this.batches) {
      if (batch.marker !== undefined) {
        if (batch.marker === 'abort')
          for (const each of open.get(batch.producerId) ?? []) found.add(each)
        open.delete(batch.producerId)
      } else if (batch.isTransactional) {
        open.set(batch.producerId, [...(open.get(batch.producerId) ?? []), batch])
      }
    }
    for (const batches of open.values()) for (const batch of batches) found.add(batch)
    return found
  }
}
