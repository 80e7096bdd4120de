// What the consumers of one group did, and what may be expected of them.
//
// Rules:
//   - a reader gets the records of a partition in order between two assignments of it;
//   - what is committed was processed: every record before a committed offset was processed by somebody;
//   - in the end every record was processed by somebody.

/** The history of one group. */
export class GroupReadings {
  /** Processed offsets by partition. */
  readonly #processed = new Map<number, Set<number>>()
  /** The last offset of each reader in each partition that it has at the moment. */
  readonly #last = new Map<string, number>()
  #count = 0

  /** How many records were processed, twice counted where they were processed twice. */
  get count(): number {
    return this.#count
  }

  /** The reader begins anew in these partitions. */
  assigned(reader: string, partitions: Iterable<number>): void {
    for (const partition of partitions) this.#last.delete(`${reader} ${partition}`)
  }

  /** The reader has processed a record. */
  processed(reader: string, partition: number, offset: number): void {
    const key = `${reader} ${partition}`
    const last = this.#last.get(key) ?? -1
    if (offset <= last) throw new Error(`${reader} read ${partition}-${offset} after ${last}`)
    this.#last.set(key, offset)
    let offsets = this.#processed.get(partition)
    if (offsets === undefined) {
      offsets = new Set()
      this.#processed.set(partition, offsets)
    }
    offsets.add(offset)
    this.#count += 1
  }

  /** Whether somebody has processed all of these. */
  hasAll(partition: number, offsets: Iterable<number>): boolean {
    const processed = this.#processed.get(partition)
    for (const offset of offsets) if (processed?.has(offset) !== true) return false
    return true
  }

  /** Throws when an offset is committed above a record that nobody has processed. */
  checkCommitted(partition: number, committed: number, existing: Iterable<number>): void {
    const processed = this.#processed.get(partition)
    for (const offset of existing) {
      if (offset >= committed || processed?.has(offset) === true) continue
      const place = `${partition}-${offset}`
      throw new Error(`${committed} is committed, but nobody has processed ${place}`)
    }
  }
}
