// When snapshots are taken, so that the journal stays as short as a snapshot is long, and opening stays fast.
//
// Invariant: a journal segment is removed only after a snapshot that covers it is on the medium. A snapshot that fails
// costs nothing but the journal's length; the next one is tried when the journal has grown again.

import { WorldError, type World } from '@samsa/world'
import type { Node } from '../coordination.ts'
import type { Tree } from '../tree/tree.ts'
import { snapshotName, storeFiles, unfinishedSnapshotName } from './file-names.ts'
import type { Journal } from './journal.ts'
import { writeSnapshot } from './snapshot.ts'

/** What there is already, and how much more there may be. All in bytes. */
export interface SnapshotSizes {
  readonly journalBytes: number
  readonly snapshotBytes: number
  /** Least growth of the journal between two snapshots. */
  readonly afterBytes: number
}

/** Takes the snapshots of one store while it goes on. */
export class Snapshots {
  readonly #world: World
  readonly #directory: string
  readonly #journal: Journal
  readonly #afterBytes: number
  #journalBytes: number
  #snapshotBytes: number
  #current: Promise<void> | undefined

  constructor(world: World, directory: string, journal: Journal, sizes: SnapshotSizes) {
    this.#world = world
    this.#directory = directory
    this.#journal = journal
    this.#journalBytes = sizes.journalBytes
    this.#snapshotBytes = sizes.snapshotBytes
    this.#afterBytes = sizes.afterBytes
  }

  /** The journal has become longer. */
  grown(bytes: number): void {
    this.#journalBytes += bytes
  }

  /** Begins a snapshot of what is committed if one is due. Resolves when the journal may be appended to again. */
  async take(tree: Tree): Promise<void> {
    if (this.#current !== undefined) return
    if (this.#journalBytes < this.#afterBytes + this.#snapshotBytes) return
    this.#journalBytes = 0
    await this.#journal.roll().catch(ignoreWorldError)
    this.#current = this.#write(tree.zxid, tree.snapshot()).finally(() => {
      this.#current = undefined
    })
  }

  /** Resolves when no snapshot is being written. */
  async idle(): Promise<void> {
    await this.#current
  }

  async #write(zxid: number, nodes: readonly Node[]): Promise<void> {
    const { clock, disk, logger } = this.#world
    const directory = this.#directory
    try {
      this.#snapshotBytes = await writeSnapshot(disk, directory, zxid, nodes, clock.now())
      await this.#removeBefore(zxid)
      const fields = { directory, zxid, nodes: nodes.length, bytes: this.#snapshotBytes }
      logger.debug(fields, 'A coordination snapshot was taken.')
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      logger.warn({ directory, zxid, error }, 'A coordination snapshot could not be written.')
      // It may be the room that it takes itself that is missing.
      const unfinished = `${directory}/${unfinishedSnapshotName(zxid)}`
      await disk.unlink(unfinished).catch(ignoreWorldError)
    }
  }

  async #removeBefore(zxid: number): Promise<void> {
    const { disk } = this.#world
    await this.#journal.removeThrough(zxid)
    const { snapshots } = storeFiles(await disk.list(this.#directory))
    for (const older of snapshots) {
      if (older < zxid) await disk.unlink(`${this.#directory}/${snapshotName(older)}`)
    }
  }
}

function ignoreWorldError(error: unknown): void {
  if (!(error instanceof WorldError)) throw error
}
