// The embedded store: ZooKeeper's data model inside this process, kept in a journal and snapshots of its own.
//
// The journal is the store's own and not a `PartitionLog`: it must be there before the log directories are (they carry
// the cluster's id, which is in the store), it may give up nothing but a torn tail where a log cuts at the first bad
// byte, and it opens without indexes or producer state. Its bytes are record batches all the same.
//
// Invariants: what is read, reported or acknowledged is on the medium. Transactions are carried out in the order of the
// calls; those that arrive while a group is being written form the next group.

import type { DiskLock, Logger, Timer, World } from '@samsa/world'
import { WorldError } from '@samsa/world'
import { Watches } from '../tree/watches.ts'
import type { Coordination } from '../coordination.ts'
import type { Tree } from '../tree/tree.ts'
import { Committer } from './committer.ts'
import { EmbeddedSession } from './embedded-session.ts'
import type { Journal } from './journal.ts'
import { type Recovered, recover } from './recovery.ts'
import { Snapshots } from './snapshots.ts'

/** How an embedded store is opened. */
export interface EmbeddedStoreOptions {
  /** Holds nothing but the store's files; created if it is missing. */
  readonly directory: string
  /** A snapshot is taken when the journal has grown by so many bytes and by as much as the last snapshot. */
  readonly snapshotAfterBytes?: number
}

/** How soon the end of a session is tried again when the disk refused it. */
const RETRY_MS = 1000
const SNAPSHOT_AFTER_BYTES = 1024 * 1024

/** An open store. It belongs to one process; any number of sessions may be connected to it. */
export class EmbeddedStore {
  readonly #world: World
  readonly #logger: Logger
  readonly #directory: string
  readonly #lock: DiskLock
  readonly #tree: Tree
  readonly #watches = new Watches()
  readonly #committer: Committer
  readonly #sessions = new Set<EmbeddedSession>()
  /** Sessions that are over, whose ephemeral nodes the disk did not let us remove yet. */
  readonly #lingering = new Set<string>()
  #retry: Timer | undefined
  #closing: Promise<void> | undefined

  private constructor(
    world: World,
    { directory, snapshotAfterBytes }: EmbeddedStoreOptions,
    lock: DiskLock,
    { tree, journal, journalBytes, snapshotBytes }: Recovered,
  ) {
    this.#world = world
    this.#directory = directory
    this.#logger = world.logger
    this.#lock = lock
    this.#tree = tree
    const snapshots = new Snapshots(world, directory, journal, {
      journalBytes,
      snapshotBytes,
      afterBytes: snapshotAfterBytes ?? SNAPSHOT_AFTER_BYTES,
    })
    const parts = { tree, journal, snapshots, watches: this.#watches }
    this.#committer = new Committer(world.clock, parts)
  }

  /**
   * Opens the store and removes the ephemeral nodes of earlier sessions. Rejects with a `WorldError` when another
   * process has it open, when the disk fails, and when a file is damaged: then nothing has been changed.
   */
  static async open(world: World, options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
    const { directory } = options
    const startedAt = world.clock.monotonic()
    await world.disk.makeDirectory(directory)
    const lockPath = `${directory}/.lock`
    const lock = await world.disk.lock(lockPath)
    if (lock === undefined) {
      const message = `Another process has the coordination store in ${directory} open.`
      throw new WorldError('other', lockPath, message)
    }
    let journal: Journal | undefined
    try {
      const recovered = await recover(world.disk, directory, world.logger)
      journal = recovered.journal
      const store = new EmbeddedStore(world, options, lock, recovered)
      await store.#committer.submit({ kind: 'end-all-sessions' })
      const durationMs = world.clock.monotonic() - startedAt
      const { size: nodes, zxid } = recovered.tree
      world.logger.debug({ directory, nodes, zxid, durationMs }, 'The coordination store is open.')
      return store
    } catch (error) {
      await journal?.close()
      await lock.release()
      throw error
    }
  }

  /** Begins a session. It lives until it is closed, or the store is, or the process ends. */
  connect(): Coordination {
    if (this.#closing !== undefined) {
      throw new WorldError('closed', this.#directory, 'The coordination store is closed.')
    }
    const sessionId = this.#world.random.bytes(8).toString('hex')
    const session = new EmbeddedSession(sessionId, {
      directory: this.#directory,
      tree: this.#tree,
      watches: this.#watches,
      committer: this.#committer,
      ended: (ended) => this.#end(ended),
    })
    this.#sessions.add(session)
    return session
  }

  /**
   * Ends all sessions, waits for what was asked for before and closes the files. When the disk refuses the removal of
   * the ephemeral nodes, the next `open` does it.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#retry?.cancel()
    for (const session of this.#sessions) session.release()
    this.#sessions.clear()
    try {
      await this.#committer.submit({ kind: 'end-all-sessions' })
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      const fields = { directory: this.#directory, error }
      this.#logger.warn(fields, 'Ephemeral nodes could not be removed before the store closed.')
    }
    try {
      await this.#committer.close()
    } finally {
      await this.#lock.release()
    }
  }

  async #end(session: EmbeddedSession): Promise<void> {
    this.#sessions.delete(session)
    await this.#remove(session.sessionId)
  }

  async #remove(sessionId: string): Promise<void> {
    try {
      await this.#committer.submit({ kind: 'end-session', sessionId })
      this.#lingering.delete(sessionId)
    } catch (error) {
      this.#lingering.add(sessionId)
      this.#retry ??= this.#world.clock.after(RETRY_MS, () => this.#retryRemovals())
      throw error
    }
  }

  #retryRemovals(): void {
    this.#retry = undefined
    if (this.#closing !== undefined) return
    for (const sessionId of this.#lingering) {
      this.#remove(sessionId).catch((error: unknown) => {
        const fields = { directory: this.#directory, sessionId, error }
        this.#logger.warn(fields, 'The ephemeral nodes of a session could not be removed yet.')
      })
    }
  }
}
