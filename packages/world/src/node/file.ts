// One open file. Short reads and writes are finished here. The descriptor is given back only when the calls that use it
// have returned: the system hands the same number to the next file, and a late write would land there.

import fs from 'node:fs'
import type { DiskFile } from '../disk.ts'
import { WorldError } from '../world-error.ts'
import { worldError } from './system-error.ts'

type Done = (error: NodeJS.ErrnoException | null, bytes?: number) => void

/** A file on a file system of this machine. */
export class NodeFile implements DiskFile {
  readonly path: string
  readonly #descriptor: number
  #running = 0
  #closed = false
  #idle: (() => void) | undefined

  constructor(path: string, descriptor: number) {
    this.path = path
    this.#descriptor = descriptor
  }

  async read(buffer: Buffer, position: number): Promise<number> {
    let read = 0
    while (read < buffer.length) {
      const start = read
      const bytes = await this.#call('read', (done) => {
        const length = buffer.length - start
        fs.read(this.#descriptor, buffer, start, length, position + start, done)
      })
      if (bytes === 0) break
      read += bytes
    }
    return read
  }

  async readv(buffers: readonly Buffer[], position: number): Promise<number> {
    const wanted = lengthOf(buffers)
    let rest: readonly Buffer[] = buffers
    let read = 0
    while (read < wanted) {
      const views = rest
      const start = position + read
      const bytes = await this.#call('read', (done) => {
        fs.readv(this.#descriptor, views, start, done)
      })
      if (bytes === 0) break
      read += bytes
      if (read < wanted) rest = without(views, bytes)
    }
    return read
  }

  async write(buffer: Buffer, position: number): Promise<void> {
    let written = 0
    while (written < buffer.length) {
      const start = written
      written += await this.#call('write', (done) => {
        const length = buffer.length - start
        fs.write(this.#descriptor, buffer, start, length, position + start, done)
      })
    }
  }

  async writev(buffers: readonly Buffer[], position: number): Promise<void> {
    let left = lengthOf(buffers)
    let rest: readonly Buffer[] = buffers
    let start = position
    while (left > 0) {
      const views = rest
      const at = start
      const bytes = await this.#call('write', (done) => {
        fs.writev(this.#descriptor, views, at, done)
      })
      left -= bytes
      start += bytes
      if (left > 0) rest = without(views, bytes)
    }
  }

  async truncate(size: number): Promise<void> {
    await this.#call('truncate', (done) => fs.ftruncate(this.#descriptor, size, done))
  }

  async sync(): Promise<void> {
    await this.#call('sync', (done) => fs.fdatasync(this.#descriptor, done))
  }

  size(): Promise<number> {
    return this.#call('stat', (done) => {
      fs.fstat(this.#descriptor, (error, stats) => {
        if (error === null) done(null, stats.size)
        else done(error)
      })
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    }
    await new Promise<void>((resolve, reject) => {
      fs.close(this.#descriptor, (error) => {
        if (error === null || error === undefined) resolve()
        else reject(worldError(error, this.path, 'close'))
      })
    })
  }

  #call(action: string, start: (done: Done) => void): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new WorldError('closed', this.path, `${action} ${this.path}: the file is closed`))
        return
      }
      this.#running += 1
      start((error, bytes) => {
        this.#running -= 1
        if (this.#running === 0) this.#idle?.()
        if (error === null) resolve(bytes ?? 0)
        else reject(worldError(error, this.path, action))
      })
    })
  }
}

function lengthOf(buffers: readonly Buffer[]): number {
  let length = 0
  for (const buffer of buffers) length += buffer.length
  return length
}

/** What is left of the buffers after their first `bytes` bytes. */
function without(buffers: readonly Buffer[], bytes: number): Buffer[] {
  const rest: Buffer[] = []
  let skip = bytes
  for (const buffer of buffers) {
    if (skip < buffer.length) rest.push(skip === 0 ? buffer : buffer.subarray(skip))
    skip = Math.max(0, skip - buffer.length)
  }
  return rest
}
