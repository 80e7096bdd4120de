// The `.log` files that are open, broker-wide. Segments open their file when it is needed; when too many are open, those
// that were not used for longest and are not in use now are closed.

import type { Disk, DiskFile, OpenMode } from '@samsa/world'

/** A file that is opened on demand. */
export interface LazyFile {
  path: string
  /** Calls that are under way. */
  users: number
  /** Set from the first use on. */
  file: Promise<DiskFile> | undefined
  /** The same once it is open. */
  opened: DiskFile | undefined
}

/** Opens and closes files within a limit. */
export class OpenFiles {
  readonly #disk: Disk
  readonly #limit: number
  /** In order of last use, oldest first. */
  readonly #open = new Set<LazyFile>()

  constructor(disk: Disk, limit: number) {
    this.#disk = disk
    this.#limit = limit
  }

  /** Runs `action` with the open file: at once if it is open, so that calls reach the disk in their order. */
  async use<T>(lazy: LazyFile, mode: OpenMode, action: (file: DiskFile) => Promise<T>): Promise<T> {
    lazy.users += 1
    try {
      this.#open.delete(lazy)
      this.#open.add(lazy)
      return await action(lazy.opened ?? (await this.#opened(lazy, mode)))
    } finally {
      lazy.users -= 1
    }
  }

  /** Closes the file; a later use opens it again, under the path it then has. */
  async close(lazy: LazyFile): Promise<void> {
    const file = lazy.file
    this.#forget(lazy)
    if (file !== undefined) await (await file).close()
  }

  #opened(lazy: LazyFile, mode: OpenMode): Promise<DiskFile> {
    if (lazy.file !== undefined) return lazy.file
    const opening = this.#disk.open(lazy.path, mode)
    lazy.file = opening
    opening.then(
      (file) => {
        // It may have been closed again meanwhile.
        if (lazy.file === opening) lazy.opened = file
      },
      () => {
        if (lazy.file === opening) this.#forget(lazy)
      },
    )
    this.#closeIdle()
    return opening
  }

  #forget(lazy: LazyFile): void {
    lazy.file = undefined
    lazy.opened = undefined
    this.#open.delete(lazy)
  }

  #closeIdle(): void {
    for (const lazy of this.#open) {
      if (this.#open.size <= this.#limit) return
      // A file that fails to close is gone as well: whatever was written is judged by sync, not by close.
      if (lazy.users === 0) this.close(lazy).catch(() => {})
    }
  }
}
