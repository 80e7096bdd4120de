// The file systems of this machine through Node's callback calls, each of which is one hop to the thread pool.

import fs from 'node:fs'
import type { Disk, DiskEntry, DiskFile, DiskLock, OpenMode } from '../disk.ts'
import { NodeFile } from './file.ts'
import { lockFile } from './lock-file.ts'
import { codeOf, worldError } from './system-error.ts'

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void

const { O_CREAT, O_RDONLY, O_RDWR, O_TRUNC } = fs.constants

const flags: Readonly<Record<OpenMode, number>> = {
  read: O_RDONLY,
  update: O_RDWR,
  create: O_RDWR | O_CREAT,
  truncate: O_RDWR | O_CREAT | O_TRUNC,
}

class NodeDisk implements Disk {
  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    const descriptor = await call<number>('open', path, (done) => {
      fs.open(path, flags[mode], 0o644, done)
    })
    return new NodeFile(path, descriptor)
  }

  readFile(path: string): Promise<Buffer | undefined> {
    return unlessMissing(call<Buffer>('read', path, (done) => fs.readFile(path, done)))
  }

  async list(path: string): Promise<string[]> {
    const names = await call<string[]>('list', path, (done) => fs.readdir(path, done))
    return names.sort()
  }

  async stat(path: string): Promise<DiskEntry | undefined> {
    const stats = await unlessMissing(call<fs.Stats>('stat', path, (done) => fs.stat(path, done)))
    if (stats === undefined) return undefined
    const isDirectory = stats.isDirectory()
    return {
      kind: isDirectory ? 'directory' : 'file',
      size: isDirectory ? 0 : stats.size,
      modifiedMs: stats.mtimeMs,
    }
  }

  async makeDirectory(path: string): Promise<void> {
    await call<string | undefined>('make directory', path, (done) => {
      fs.mkdir(path, { recursive: true }, done)
    })
  }

  async rename(from: string, to: string): Promise<void> {
    await call('rename', from, (done: Done<void>) => {
      fs.rename(from, to, (error) => done(error, undefined))
    })
  }

  async unlink(path: string): Promise<void> {
    const unlinked = call('unlink', path, (done: Done<void>) => {
      fs.unlink(path, (error) => done(error, undefined))
    })
    await unlessMissing(unlinked)
  }

  async removeDirectory(path: string): Promise<void> {
    await call('remove directory', path, (done: Done<void>) => {
      fs.rm(path, { recursive: true, force: true }, (error) => done(error, undefined))
    })
  }

  async syncDirectory(path: string): Promise<void> {
    // Windows opens no directories; its file systems journal names.
    if (process.platform === 'win32') return
    const directory = await call<number>('sync directory', path, (done) => {
      fs.open(path, O_RDONLY, done)
    })
    try {
      await call('sync directory', path, (done: Done<void>) => {
        fs.fsync(directory, (error) => done(error, undefined))
      })
    } finally {
      await call('sync directory', path, (done: Done<void>) => {
        fs.close(directory, (error) => done(error ?? null, undefined))
      })
    }
  }

  async freeBytes(path: string): Promise<number> {
    const stats = await call<fs.StatsFs>('stat file system', path, (done) => fs.statfs(path, done))
    return stats.bavail * stats.bsize
  }

  async lock(path: string): Promise<DiskLock | undefined> {
    try {
      return await lockFile(path)
    } catch (error) {
      throw worldError(error, path, 'lock')
    }
  }
}

/** The disk of this machine. */
export const nodeDisk: Disk = new NodeDisk()

function call<T>(action: string, path: string, start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error === null) resolve(value)
      else reject(worldError(error, path, action))
    })
  })
}

async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise
  } catch (error) {
    // A name below a file is as missing as a name that nobody has.
    const cause = error instanceof Error ? error.cause : undefined
    const code = codeOf(cause)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
