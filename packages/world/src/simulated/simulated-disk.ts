// A disk in memory with a page cache and a medium. It fails, fills up, dawdles, loses power and rots on demand, each
// decision drawn from one seeded source. Without faults and without a clock it is the disk of brokers that keep nothing
// (`memoryDisk`), in the real world too.
//
// Operations take effect when they end, except that a sync covers what was written when it began. What is under way
// when the machine stops may have happened, in part or not at all.

import { assert } from '../assert.ts'
import type { Clock } from '../clock.ts'
import type { Disk, DiskEntry, DiskFile, DiskLock, OpenMode } from '../disk.ts'
import { WorldError, type WorldErrorKind } from '../world-error.ts'
import { DiskFaults, type DiskOperation } from './disk-faults.ts'
import { FileContent, type UnsyncedFate } from './file-content.ts'
import { Directory, NameTree } from './name-tree.ts'
import { SeededRandom } from './random.ts'
import { SimulatedFile } from './simulated-file.ts'

/** Told of every operation that takes effect: its kind, its path and the bytes it moved. */
export type DiskTrace = (operation: string, path: string, bytes: number) => void

/** What a simulated disk is made of. */
export interface SimulatedDiskOptions {
  /** Stamps modifications and measures latencies; without it stamps are 0 and nothing takes time. */
  readonly clock?: Clock
  /** Decides everything that is left to chance. */
  readonly random?: SeededRandom
  readonly trace?: DiskTrace
  /** Remembers nothing about syncs: cheaper, but `losePower` may not be called. */
  readonly neverLosesPower?: boolean
}

/** One disk of one machine. */
export class SimulatedDisk implements Disk {
  readonly faults: DiskFaults = new DiskFaults()
  readonly #options: SimulatedDiskOptions
  readonly #random: SeededRandom
  readonly #names: NameTree
  readonly #locks = new Map<string, DiskLock>()
  readonly #underway = new Set<() => void>()
  #generation = 0
  #usedBytes = 0
  #stalledUntilMs = 0

  constructor(options: SimulatedDiskOptions = {}, names?: NameTree) {
    this.#options = options
    this.#random = options.random ?? new SeededRandom(0)
    this.#names = names ?? new NameTree(options.neverLosesPower !== true)
    this.#usedBytes = this.#names.files().reduce((sum, file) => sum + file.size, 0)
  }

  /** Grows when the machine stops; what was begun or opened before can never succeed. */
  get generation(): number {
    return this.#generation
  }

  /** Whether bytes and names can be lost with the power. */
  get losesPower(): boolean {
    return this.#options.neverLosesPower !== true
  }

  /** Bytes that files take. */
  get usedBytes(): number {
    return this.#usedBytes
  }

  // ---- what the machine does -----------------------------------------------------------------------------

  /** The process was killed: its files and locks are gone, the page cache stays. */
  killProcess(): void {
    this.#generation += 1
    this.#locks.clear()
    for (const attempt of this.#underway) if (this.#random.chance(0.5)) attempt()
    this.#underway.clear()
  }

  /** Power failed and is back. `unsynced` decides about bytes and names that were not synced. */
  losePower({ unsynced = 'random' }: { readonly unsynced?: UnsyncedFate } = {}): void {
    assert(this.losesPower, 'a disk that loses power remembers what was synced')
    this.killProcess()
    this.#names.losePower(unsynced, this.#random)
    for (const file of this.#names.files()) {
      file.losePower(unsynced, this.#random, this.faults.sectorBytes)
    }
    this.#usedBytes = this.#names.files().reduce((sum, file) => sum + file.size, 0)
  }

  /** Nothing on this disk ends for the next `ms`. */
  stall(ms: number): void {
    this.#stalledUntilMs = (this.#options.clock?.monotonic() ?? 0) + ms
  }

  /** Lets bytes of a file rot, on the medium too; by default each gets another random value. */
  corrupt(
    path: string,
    position: number,
    length: number = 1,
    change: (byte: number) => number = (byte) => byte ^ (1 + this.#random.below(255)),
  ): void {
    const file = this.#file(path)
    for (let i = position; i < Math.min(position + length, file.size); i++) file.corrupt(i, change)
  }

  /** An independent disk in the same state, unsynced bytes and names included, without faults. */
  clone(options: SimulatedDiskOptions = this.#options): SimulatedDisk {
    return new SimulatedDisk(options, this.#names.clone())
  }

  // ---- what programs do ----------------------------------------------------------------------------------

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    return this.perform('name', `open ${mode}`, path, () => {
      const place = this.#names.place(path)
      if (place.entry instanceof Directory) throw failure('other', path, 'it is a directory')
      let content = place.entry
      if (content === undefined) {
        if (mode === 'read' || mode === 'update') throw failure('not-found', path, 'no such file')
        content = new FileContent()
        content.modifiedMs = this.#nowMs()
        this.#names.change([{ ...place, entry: content }])
      } else if (mode === 'truncate') {
        this.resize(content, 0)
      }
      return new SimulatedFile(this, path, content, mode !== 'read')
    })
  }

  async readFile(path: string): Promise<Buffer | undefined> {
    return this.perform('read', 'read file', path, () => {
      const entry = this.#names.find(path)
      if (entry === undefined) return undefined
      if (entry instanceof Directory) throw failure('other', path, 'it is a directory')
      const buffer = Buffer.alloc(entry.size)
      entry.read(buffer, 0)
      return buffer
    })
  }

  async list(path: string): Promise<string[]> {
    return this.perform('name', 'list', path, () => {
      return [...this.#directory(path).entries.keys()].sort()
    })
  }

  async stat(path: string): Promise<DiskEntry | undefined> {
    return this.perform('name', 'stat', path, () => {
      const entry = this.#names.find(path)
      if (entry === undefined) return undefined
      const { modifiedMs } = entry
      if (entry instanceof Directory) return { kind: 'directory', size: 0, modifiedMs }
      return { kind: 'file', size: entry.size, modifiedMs }
    })
  }

  async makeDirectory(path: string): Promise<void> {
    await this.perform('name', 'make directory', path, () => {
      const parts = path.split(/[/\\]/)
      for (let i = 1; i <= parts.length; i++) {
        const parent = parts.slice(0, i).join('/')
        const entry = this.#names.find(parent)
        if (entry instanceof FileContent) throw failure('already-exists', parent, 'it is a file')
        if (entry !== undefined) continue
        const directory = new Directory()
        directory.modifiedMs = this.#nowMs()
        this.#names.change([{ ...this.#names.place(parent), entry: directory }])
      }
    })
  }

  async rename(from: string, to: string): Promise<void> {
    await this.perform('name', 'rename', from, () => {
      const source = this.#names.place(from)
      const target = this.#names.place(to)
      const { entry } = source
      if (entry === undefined) throw failure('not-found', from, 'no such name')
      if (target.entry === entry) return
      const isFull = target.entry instanceof Directory && target.entry.entries.size > 0
      if (isFull || (target.entry !== undefined && sort(target.entry) !== sort(entry))) {
        throw failure('already-exists', to, 'it cannot be replaced')
      }
      if (target.entry instanceof FileContent) this.#release(target.entry)
      this.#names.change([
        { ...source, entry: undefined },
        { ...target, entry },
      ])
    })
  }

  async unlink(path: string): Promise<void> {
    await this.perform('name', 'unlink', path, () => {
      const parent = this.#names.find(`${path}/..`)
      if (!(parent instanceof Directory)) return
      const place = this.#names.place(path)
      if (place.entry === undefined) return
      if (place.entry instanceof Directory) throw failure('permission', path, 'it is a directory')
      this.#release(place.entry)
      this.#names.change([{ ...place, entry: undefined }])
    })
  }

  async removeDirectory(path: string): Promise<void> {
    await this.perform('name', 'remove directory', path, () => {
      if (this.#names.find(path) === undefined) return
      const place = this.#names.place(path)
      if (place.entry instanceof Directory) this.#clear(place.entry)
      else if (place.entry !== undefined) this.#release(place.entry)
      this.#names.change([{ ...place, entry: undefined }])
    })
  }

  async syncDirectory(path: string): Promise<void> {
    await this.perform('sync', 'sync directory', path, () => {
      this.#names.sync(this.#directory(path))
    })
  }

  async freeBytes(path: string): Promise<number> {
    return this.perform('name', 'free bytes', path, () => {
      return Math.max(0, Math.min(this.faults.capacityBytes, 2 ** 50) - this.#usedBytes)
    })
  }

  async lock(path: string): Promise<DiskLock | undefined> {
    return this.perform('name', 'lock', path, () => {
      if (this.#locks.has(path)) return undefined
      const place = this.#names.place(path)
      const entry = place.entry ?? new FileContent()
      if (place.entry === undefined) this.#names.change([{ ...place, entry }])
      const lock: DiskLock = {
        release: async () => {
          if (this.#locks.get(path) === lock) this.#locks.delete(path)
        },
      }
      this.#locks.set(path, lock)
      return lock
    })
  }

  // ---- what its files need -------------------------------------------------------------------------------

  /**
   * One operation: waits its time, fails as the faults say, then takes effect. `attempt` is what may happen of it when
   * the machine stops meanwhile.
   */
  async perform<T>(
    operation: DiskOperation,
    action: string,
    path: string,
    effect: () => T,
    options: { readonly generation?: number; readonly attempt?: () => void } = {},
  ): Promise<T> {
    const generation = options.generation ?? this.#generation
    const delayMs = this.#delayMs(operation)
    if (delayMs > 0) {
      if (options.attempt !== undefined) this.#underway.add(options.attempt)
      await this.#options.clock?.sleep(delayMs)
      if (options.attempt !== undefined) this.#underway.delete(options.attempt)
    }
    if (generation !== this.#generation) {
      throw failure('closed', path, `${action}: the process has ended`)
    }
    if (this.faults.fails(operation, path, this.#random)) {
      this.#options.trace?.(`${action} failed`, path, 0)
      // Nobody knows how much of a failed write is there.
      if (options.attempt !== undefined && this.#random.chance(0.5)) options.attempt()
      throw failure('io', path, `${action}: input/output error`)
    }
    const result = effect()
    this.#options.trace?.(action, path, typeof result === 'number' ? result : 0)
    return result
  }

  /** Writes what fits; throws `full` when that was not all. */
  writeContent(content: FileContent, path: string, buffers: readonly Buffer[], at: number): number {
    let position = at
    for (const buffer of buffers) {
      const growth = Math.max(0, position + buffer.length - content.size)
      const free = content.isLinked ? this.faults.capacityBytes - this.#usedBytes : growth
      const length = growth <= free ? buffer.length : Math.max(0, buffer.length - growth + free)
      const former = content.size
      content.write(length === buffer.length ? buffer : buffer.subarray(0, length), position)
      if (content.isLinked) this.#usedBytes += content.size - former
      content.modifiedMs = this.#nowMs()
      position += length
      if (length < buffer.length) throw failure('full', path, 'no space left on the disk')
    }
    return position - at
  }

  /** Cuts or extends a file. */
  resize(content: FileContent, size: number): void {
    if (content.isLinked) this.#usedBytes += size - content.size
    content.truncate(size)
    content.modifiedMs = this.#nowMs()
  }

  /** A part of a write that the machine's end interrupts. */
  tearWrite(content: FileContent, buffers: readonly Buffer[], position: number): void {
    const bytes = Buffer.concat(buffers)
    const length = this.#random.chance(0.5) ? bytes.length : this.#random.below(bytes.length + 1)
    try {
      this.writeContent(content, '', [bytes.subarray(0, length)], position)
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
    }
  }

  #delayMs(operation: DiskOperation): number {
    const { clock } = this.#options
    if (clock === undefined) return 0
    const stallMs = Math.max(0, this.#stalledUntilMs - clock.monotonic())
    return stallMs + this.faults.delayMs(operation, this.#random)
  }

  #nowMs(): number {
    return this.#options.clock?.now() ?? 0
  }

  #clear(directory: Directory): void {
    for (const [name, entry] of directory.entries) {
      if (entry instanceof Directory) this.#clear(entry)
      else this.#release(entry)
      this.#names.change([{ directory, name, entry: undefined }])
    }
  }

  /** A file loses its last name: its bytes are free, though who has it open may go on. */
  #release(content: FileContent): void {
    this.#usedBytes -= content.size
    content.isLinked = false
  }

  #file(path: string): FileContent {
    const entry = this.#names.find(path)
    if (!(entry instanceof FileContent)) throw failure('not-found', path, 'no such file')
    return entry
  }

  #directory(path: string): Directory {
    const entry = this.#names.find(path)
    if (!(entry instanceof Directory)) throw failure('not-found', path, 'no such directory')
    return entry
  }
}

function sort(entry: Directory | FileContent): string {
  return entry instanceof Directory ? 'directory' : 'file'
}

function failure(kind: WorldErrorKind, path: string, reason: string): WorldError {
  return new WorldError(kind, path, `${path}: ${reason}`)
}
