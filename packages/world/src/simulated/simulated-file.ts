// An open file of a simulated disk. It dies with the process that opened it.

import type { DiskFile } from '../disk.ts'
import { WorldError } from '../world-error.ts'
import type { DiskOperation } from './disk-faults.ts'
import type { FileContent } from './file-content.ts'
import type { SimulatedDisk } from './simulated-disk.ts'

/** One descriptor. */
export class SimulatedFile implements DiskFile {
  readonly path: string
  readonly #disk: SimulatedDisk
  readonly #content: FileContent
  readonly #isWritable: boolean
  readonly #generation: number
  #closed = false

  constructor(disk: SimulatedDisk, path: string, content: FileContent, isWritable: boolean) {
    this.path = path
    this.#disk = disk
    this.#content = content
    this.#isWritable = isWritable
    this.#generation = disk.generation
  }

  async read(buffer: Buffer, position: number): Promise<number> {
    return this.#perform('read', 'read', () => this.#content.read(buffer, position))
  }

  async readv(buffers: readonly Buffer[], position: number): Promise<number> {
    return this.#perform('read', 'read', () => {
      let read = 0
      for (const buffer of buffers) read += this.#content.read(buffer, position + read)
      return read
    })
  }

  async write(buffer: Buffer, position: number): Promise<void> {
    await this.writev([buffer], position)
  }

  async writev(buffers: readonly Buffer[], position: number): Promise<void> {
    this.#mayWrite('write')
    const write = (): number => {
      return this.#disk.writeContent(this.#content, this.path, buffers, position)
    }
    const attempt = (): void => this.#disk.tearWrite(this.#content, buffers, position)
    await this.#perform('write', 'write', write, attempt)
  }

  async truncate(size: number): Promise<void> {
    this.#mayWrite('truncate')
    await this.#perform('write', 'truncate', () => this.#disk.resize(this.#content, size))
  }

  async sync(): Promise<void> {
    const flush = this.#disk.losesPower ? this.#content.beginFlush() : undefined
    try {
      await this.#perform('sync', 'sync', () => {
        if (flush !== undefined) this.#content.endFlush(flush)
      })
    } catch (error) {
      // The sync of a killed process goes on without it.
      const isFailed = error instanceof WorldError && error.kind === 'io'
      if (flush !== undefined && isFailed) this.#content.failFlush(flush)
      throw error
    }
  }

  async size(): Promise<number> {
    return this.#perform('name', 'size', () => this.#content.size)
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  #mayWrite(action: string): void {
    if (this.#isWritable) return
    const reason = `${action} ${this.path}: the file was opened for reading`
    throw new WorldError('permission', this.path, reason)
  }

  async #perform<T>(
    operation: DiskOperation,
    action: string,
    effect: () => T,
    attempt?: () => void,
  ): Promise<T> {
    if (this.#closed) {
      const reason = `${action} ${this.path}: the file is closed`
      throw new WorldError('closed', this.path, reason)
    }
    const generation = this.#generation
    const options = attempt === undefined ? { generation } : { generation, attempt }
    return this.#disk.perform(operation, action, this.path, effect, options)
  }
}
