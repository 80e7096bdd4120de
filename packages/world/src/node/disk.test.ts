// What every disk keeps its word about, told once and held by the real disk and the simulated one.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Disk } from '../disk.ts'
import { memoryDisk } from '../simulated/memory-disk.ts'
import { SimulatedDisk } from '../simulated/simulated-disk.ts'
import { WorldError } from '../world-error.ts'
import { nodeDisk } from './disk.ts'

const disks: Record<string, () => Disk> = {
  'the disk of this machine': () => nodeDisk,
  'a memory disk': () => memoryDisk(),
  'a simulated disk': () => new SimulatedDisk(),
}

for (const [title, make] of Object.entries(disks)) {
  describe(title, () => {
    const disk = make()
    let root = ''
    before(async () => {
      root = await mkdtemp(join(tmpdir(), 'samsa-disk-'))
      await disk.makeDirectory(root)
    })
    after(() => rm(root, { recursive: true }))

    test('gives back what was written, across buffers and beyond the end', async () => {
      const file = await disk.open(join(root, 'bytes'), 'create')
      await file.writev([Buffer.from('first '), Buffer.alloc(0), Buffer.from('second')], 0)
      await file.write(Buffer.from('!'), 100_000)
      assert.equal(await file.size(), 100_001)
      const [a, b] = [Buffer.alloc(8), Buffer.alloc(8)]
      assert.equal(await file.readv([a, b], 0), 16)
      assert.equal(Buffer.concat([a, b]).toString(), 'first second\0\0\0\0')
      assert.equal(await file.read(a, 99_996), 5)
      assert.equal(a.subarray(0, 5).toString(), '\0\0\0\0!')
      assert.equal(await file.read(a, 200_000), 0)
      await file.sync()
      await file.close()
      await file.close()
      await assert.rejects(file.read(a, 0), isWorldError('closed'))
    })

    test('cuts and extends files with zeros', async () => {
      const path = join(root, 'cut')
      const file = await disk.open(path, 'create')
      await file.write(Buffer.from('0123456789'), 0)
      await file.truncate(4)
      await file.truncate(6)
      assert.deepEqual(await disk.readFile(path), Buffer.from('0123\0\0'))
      await file.close()
      const again = await disk.open(path, 'truncate')
      assert.equal(await again.size(), 0)
      await again.close()
    })

    test('writes thousands of buffers in one call', async () => {
      const buffers = Array.from({ length: 5000 }, (_, i) => Buffer.from(`${i},`))
      const file = await disk.open(join(root, 'many'), 'create')
      await file.writev(buffers, 3)
      const back = buffers.map((buffer) => Buffer.alloc(buffer.length))
      await file.readv(back, 3)
      assert.deepEqual(Buffer.concat(back), Buffer.concat(buffers))
      await file.close()
    })

    test('ends the calls that run before it gives a descriptor back', async () => {
      const file = await disk.open(join(root, 'late'), 'create')
      const writes = Array.from({ length: 20 }, (_, i) =>
        file.write(Buffer.alloc(1000, i), i * 1000),
      )
      await Promise.all([file.close(), ...writes])
      assert.equal((await disk.stat(join(root, 'late')))?.size, 20_000)
    })

    test('keeps names: lists, renames, removes', async () => {
      const home = join(root, 'names/deep')
      await disk.makeDirectory(home)
      await disk.makeDirectory(home)
      for (const name of ['b', 'a', 'c'])
        await (await disk.open(join(home, name), 'create')).close()
      assert.deepEqual(await disk.list(home), ['a', 'b', 'c'])
      await disk.rename(join(home, 'a'), join(home, 'b'))
      await disk.unlink(join(home, 'c'))
      await disk.unlink(join(home, 'c'))
      await disk.syncDirectory(home)
      assert.deepEqual(await disk.list(home), ['b'])
      await disk.rename(home, join(root, 'names/moved'))
      assert.equal(await disk.stat(home), undefined)
      assert.equal((await disk.stat(join(root, 'names/moved')))?.kind, 'directory')
      assert.equal((await disk.stat(join(root, 'names/moved/b')))?.kind, 'file')
      await disk.removeDirectory(join(root, 'names'))
      await disk.removeDirectory(join(root, 'names'))
      assert.equal(await disk.stat(join(root, 'names/moved/b')), undefined)
      assert.equal(await disk.readFile(join(root, 'names/none')), undefined)
    })

    test('names the path and the kind of a failure', async () => {
      const missing = join(root, 'missing/file')
      await assert.rejects(disk.open(missing, 'create'), (error) => {
        return isWorldError('not-found')(error) && error.subject === missing
      })
      await assert.rejects(disk.open(join(root, 'none'), 'update'), isWorldError('not-found'))
      await assert.rejects(disk.list(missing), isWorldError('not-found'))
      await assert.rejects(disk.rename(missing, join(root, 'x')), isWorldError('not-found'))
      await disk.unlink(missing)
    })

    test('lets one holder have a lock', async () => {
      const path = join(root, '.lock')
      const lock = await disk.lock(path)
      assert.equal(await disk.lock(path), undefined)
      await lock?.release()
      assert.notEqual(await disk.lock(path), undefined)
    })

    test('tells how much room there is', async () => {
      assert.ok((await disk.freeBytes(root)) > 0)
    })
  })
}

function isWorldError(kind: string): (error: unknown) => error is WorldError {
  return (error): error is WorldError => error instanceof WorldError && error.kind === kind
}
