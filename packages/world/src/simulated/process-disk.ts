// The disk as one process sees it. The simulated disk outlives its processes; this view does not, so that the code of a
// process that was killed cannot touch what its successor reads.

import type { Disk, DiskEntry, DiskFile, DiskLock, OpenMode } from '../disk.ts'
import { WorldError } from '../world-error.ts'
import type { SimulatedDisk } from './simulated-disk.ts'

/** A view of a disk that ends with the process. */
export class ProcessDisk implements Disk {
  readonly #disk: SimulatedDisk
  readonly #generation: number

  constructor(disk: SimulatedDisk) {
    this.#disk = disk
    this.#generation = disk.generation
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    return this.#living(path).open(path, mode)
  }

  async readFile(path: string): Promise<Buffer | undefined> {
    return this.#living(path).readFile(path)
  }

  async list(path: string): Promise<string[]> {
    return this.#living(path).list(path)
  }

  async stat(path: string): Promise<DiskEntry | undefined> {
    return this.#living(path).stat(path)
  }

  async makeDirectory(path: string): Promise<void> {
    return this.#living(path).makeDirectory(path)
  }

  async rename(from: string, to: string): Promise<void> {
    return this.#living(from).rename(from, to)
  }

  async unlink(path: string): Promise<void> {
    return this.#living(path).unlink(path)
  }

  async removeDirectory(path: string): Promise<void> {
    return this.#living(path).removeDirectory(path)
  }

  async syncDirectory(path: string): Promise<void> {
    return this.#living(path).syncDirectory(path)
  }

  async freeBytes(path: string): Promise<number> {
    return this.#living(path).freeBytes(path)
  }

  async lock(path: string): Promise<DiskLock | undefined> {
    return this.#living(path).lock(path)
  }

  #living(path: string): SimulatedDisk {
    if (this.#disk.generation === this.#generation) return this.#disk
    throw new WorldError('closed', path, `${path}: the process has ended`)
  }
}
