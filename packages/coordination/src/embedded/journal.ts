// The journal: every transaction since the snapshot, in segments of record batches. A group of transactions is one
// batch, written and synced before the next one begins, so that a crash can tear the last batch only.
//
// Invariants: all of a segment but its last batch is on the medium; a segment that has a successor is on the medium
// as a whole; a group whose write failed is cut off before anything else is written.

import { type Disk, type DiskFile, WorldError } from '@samsa/world'
import { journalName } from './file-names.ts'

/** What recovery hands over: the segments that are there, and where the last one ends. */
export interface RecoveredJournal {
  /** First zxids of the segments, ascending. */
  readonly segments: readonly number[]
  /** The last segment, open, if it can be appended to. */
  readonly file: DiskFile | undefined
  /** Valid bytes of that segment. */
  readonly sizeInBytes: number
}

/** The open journal of a store. Calls may not overlap. */
export class Journal {
  readonly #disk: Disk
  readonly #directory: string
  readonly #segments: number[]
  #file: DiskFile | undefined
  #size: number
  #needsRepair = false

  constructor(disk: Disk, directory: string, recovered: RecoveredJournal) {
    this.#disk = disk
    this.#directory = directory
    this.#segments = [...recovered.segments]
    this.#file = recovered.file
    this.#size = recovered.sizeInBytes
  }

  /**
   * Writes a batch whose first transaction is `firstZxid`; resolves when it is on the medium. After a rejection
   * nothing of it is left, or, if the disk did not even allow that, it is removed before the next batch is written.
   */
  async append(batch: Buffer, firstZxid: number): Promise<void> {
    if (this.#needsRepair) await this.#repair()
    const file = this.#file ?? (await this.#begin(firstZxid))
    try {
      await file.write(batch, this.#size)
      await file.sync()
    } catch (error) {
      this.#needsRepair = true
      // The next append tries again; what it is told, or this caller, is the first failure's reason.
      await this.#repair().catch(() => {})
      throw error
    }
    this.#size += batch.length
  }

  /** Ends the current segment: the next transaction begins another one. */
  async roll(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    this.#size = 0
    await file?.close()
  }

  /** Removes the segments of which no transaction is later than `zxid`, at which the journal was rolled. */
  async removeThrough(zxid: number): Promise<void> {
    for (let first = this.#segments[0]; first !== undefined && first <= zxid; ) {
      await this.#disk.unlink(`${this.#directory}/${journalName(first)}`)
      this.#segments.shift()
      first = this.#segments[0]
    }
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  async #begin(firstZxid: number): Promise<DiskFile> {
    // Whatever has this name already is from an attempt that failed: no transaction of it was acknowledged.
    const file = await this.#disk.open(`${this.#directory}/${journalName(firstZxid)}`, 'truncate')
    try {
      await this.#disk.syncDirectory(this.#directory)
      if (firstZxid === 1) await syncAncestors(this.#disk, this.#directory)
    } catch (error) {
      await file.close()
      throw error
    }
    this.#segments.push(firstZxid)
    this.#file = file
    this.#size = 0
    return file
  }

  async #repair(): Promise<void> {
    const file = this.#file
    if (file !== undefined) {
      await file.truncate(this.#size)
      await file.sync()
    }
    this.#needsRepair = false
  }
}

// A directory that a power loss takes back would take the whole store with it. Before the first transaction nobody knows
// whether an earlier process came as far as syncing the names that lead to it, so that is done then, once.
async function syncAncestors(disk: Disk, directory: string): Promise<void> {
  for (let path = directory; path !== '.' && path !== '/'; ) {
    const slash = path.lastIndexOf('/')
    path = slash < 0 ? '.' : path.slice(0, Math.max(1, slash))
    await disk.syncDirectory(path).catch((error: unknown) => {
      // Directories that we may not read are none that we have made.
      if (!(error instanceof WorldError) || error.kind !== 'permission') throw error
    })
  }
}
