// Work in other threads: answers, failures, and threads that die.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { isMainThread, threadId } from 'node:worker_threads'
import type { Disk } from '../disk.ts'
import { inlineWorkers } from '../simulated/inline-workers.ts'
import type { Task, Workers } from '../workers.ts'
import { WorldError } from '../world-error.ts'
import { nodeDisk } from './disk.ts'
import { NodeWorkers } from './workers.ts'

const module = import.meta.url
const double: Task<Uint8Array, Uint8Array> = { module, name: 'doubleAll' }
const read: Task<string, number> = { module, name: 'lengthOf' }
const failing: Task<string, never> = { module, name: 'fail' }
const crashing: Task<undefined, never> = { module, name: 'crash' }
const where: Task<undefined, number> = { module, name: 'whereAmI' }

/** Tasks, called in the threads. */
export function doubleAll(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte * 2)
}

export async function lengthOf(path: string, disk: Disk): Promise<number> {
  const file = await disk.open(path, 'read')
  const size = await file.size()
  await file.close()
  return size
}

export function fail(message: string): never {
  throw new RangeError(message)
}

export function crash(): never {
  if (isMainThread) throw new Error('not in a thread')
  process.exit(3)
}

export async function whereAmI(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 20))
  return threadId
}

const kinds: Record<string, () => Workers> = {
  threads: () => new NodeWorkers(2),
  'inline workers': () => inlineWorkers(nodeDisk),
}

for (const [title, make] of Object.entries(kinds)) {
  describe(title, () => {
    const workers = make()
    after(() => workers.close())

    test('answer with copies, and take what is transferred', async () => {
      const bytes = new Uint8Array([1, 2, 3])
      assert.deepEqual(await workers.run(double, bytes), new Uint8Array([2, 4, 6]))
      assert.equal(bytes.length, 3)
      await workers.run(double, bytes, [bytes.buffer])
      assert.equal(bytes.length, 0)
    })

    test('read the disk and bring its errors back', async () => {
      const home = await mkdtemp(join(tmpdir(), 'samsa-workers-'))
      await writeFile(join(home, 'f'), 'four')
      assert.equal(await workers.run(read, join(home, 'f')), 4)
      await assert.rejects(workers.run(read, join(home, 'none')), (error) => {
        assert.ok(error instanceof WorldError)
        return error.kind === 'not-found' && error.subject === join(home, 'none')
      })
      await rm(home, { recursive: true })
    })

    test('bring exceptions back with their name and stack', async () => {
      await assert.rejects(workers.run(failing, 'too far'), (error) => {
        assert.ok(error instanceof Error)
        return error.name === 'RangeError' && /too far[^]*workers\.test/.test(error.stack ?? '')
      })
      const unknown = { module, name: 'nothing' }
      await assert.rejects(workers.run(unknown, undefined), /exports no function nothing/)
    })
  })
}

describe('threads', () => {
  test('are as many as allowed, and used again', async () => {
    const workers = new NodeWorkers(2)
    const places = await Promise.all(Array.from({ length: 6 }, () => workers.run(where, undefined)))
    assert.equal(new Set(places).size, 2)
    assert.ok(!places.includes(threadId))
    await workers.close()
    await assert.rejects(workers.run(where, undefined), /closed/)
  })

  test('that die take one task with them', async () => {
    const workers = new NodeWorkers(1)
    const died = assert.rejects(workers.run(crashing, undefined), /exited with code 3/)
    const after = workers.run(double, new Uint8Array([4]))
    await died
    assert.deepEqual(await after, new Uint8Array([8]))
    await workers.close()
  })

  test('end with their pool, and so do their tasks', async () => {
    const workers = new NodeWorkers(1)
    const running = assert.rejects(workers.run(where, undefined))
    const waiting = assert.rejects(workers.run(where, undefined), /closed/)
    await workers.close()
    await Promise.all([running, waiting])
  })
})
