// The store's promises hold under crashes and a failing disk, and the judge of the stories is no rubber stamp: a disk
// that does not do what the store relies on must be found out.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Disk, DiskFile } from '@samsa/world'
import { tellStory } from './story.ts'

/** The history's complaint, or the store's own refusal to open what it finds. */
const foundOut = /Violation|lacks|damaged/

test('ten stories keep every promise, and one seed tells one story', async () => {
  let crashes = 0
  for (let seed = 11; seed <= 20; seed++) crashes += (await tellStory(seed)).crashes
  assert.ok(crashes > 10)
  const first = await tellStory(12)
  assert.deepEqual(await tellStory(12), first)
})

test('a disk whose sync does nothing is found out', async () => {
  await assert.rejects(
    tellSome((disk) => withFiles(disk, (file) => ({ sync: async () => void (await file.size()) }))),
    foundOut,
  )
})

test('a disk that forgets names is found out', async () => {
  await assert.rejects(
    tellSome((disk) => changed(disk, { syncDirectory: async () => {} })),
    foundOut,
  )
})

test('a disk that loses bytes in the middle of a write is found out', async () => {
  await assert.rejects(
    tellSome((disk) =>
      withFiles(disk, (file) => ({
        write: (buffer, position) => {
          const half = Buffer.from(buffer)
          if (half.length > 300) half.fill(0, 200, 300)
          return file.write(half, position)
        },
      })),
    ),
    foundOut,
  )
})

async function tellSome(through: (disk: Disk) => Disk): Promise<void> {
  for (let seed = 1; seed <= 20; seed++) await tellStory(seed, { through })
}

/** The same object with some methods replaced. */
function changed<T extends object>(object: T, methods: Partial<T>): T {
  return new Proxy(object, {
    get(target, name) {
      const own: unknown = Reflect.get(methods, name)
      const value: unknown = own ?? Reflect.get(target, name)
      return own === undefined && typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function withFiles(disk: Disk, methods: (file: DiskFile) => Partial<DiskFile>): Disk {
  return changed(disk, {
    open: async (path, mode) => {
      const file = await disk.open(path, mode)
      return changed(file, methods(file))
    },
  })
}
