// What a crash may take and what it may not, what a failing disk does, and that a seed decides all of it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { WorldError } from '../world-error.ts'
import { SeededRandom } from './random.ts'
import { SimulatedDisk } from './simulated-disk.ts'
import { simulate } from './simulation.ts'

const kinds = ['kept', 'lost', 'torn', 'random'] as const

async function write(disk: SimulatedDisk, path: string, text: string, sync: boolean) {
  const file = await disk.open(path, 'create')
  await file.write(Buffer.from(text), 0)
  if (sync) await file.sync()
  await file.close()
}

function isWorldError(kind: string): (error: unknown) => boolean {
  return (error) => error instanceof WorldError && error.kind === kind
}

describe('a disk that loses power', () => {
  test('keeps what was synced under a synced name, whatever happens to the rest', async () => {
    for (let seed = 0; seed < 32; seed++) {
      const random = new SeededRandom(seed)
      const disk = new SimulatedDisk({ random: random.fork('disk') })
      const file = await disk.open('/log', 'create')
      await disk.syncDirectory('/')
      const synced: Buffer = Buffer.alloc(400_000)
      const since: { position: number; bytes: Buffer }[] = []
      for (let step = 0; step < 40; step++) {
        const position = random.below(300_000)
        const bytes = Buffer.alloc(1 + random.below(90_000), 1 + step)
        await file.write(bytes, position)
        since.push({ position, bytes })
        if (!random.chance(0.3)) continue
        await file.sync()
        for (const one of since.splice(0)) one.bytes.copy(synced, one.position)
      }
      disk.losePower({ unsynced: kinds[seed % 4] ?? 'random' })
      const found = Buffer.alloc(400_000)
      ;(await disk.readFile('/log'))?.copy(found)
      for (let i = 0; i < found.length; i++) {
        if (found[i] === synced[i]) continue
        const isExplained = since.some(({ position, bytes }) => bytes[i - position] === found[i])
        assert.ok(isExplained, `seed ${seed}: byte ${i} is neither synced nor written since`)
      }
    }
  })

  test('loses unsynced bytes, tears them by sectors, or keeps them', async () => {
    const outcomes = new Set<string>()
    for (let seed = 0; seed < 40; seed++) {
      const disk = new SimulatedDisk({ random: new SeededRandom(seed) })
      await write(disk, '/f', 'a'.repeat(4096), true)
      await disk.syncDirectory('/')
      await write(disk, '/f', 'b'.repeat(4096), false)
      disk.losePower()
      const content = await disk.readFile('/f')
      assert.ok(content !== undefined && content.length === 4096)
      const sectors = Array.from({ length: 8 }, (_, i) => content.subarray(i * 512, (i + 1) * 512))
      for (const sector of sectors) assert.equal(new Set(sector).size, 1, 'a sector is whole')
      const kinds = new Set(content).size
      outcomes.add(kinds === 2 ? 'torn' : content[0] === 0x61 ? 'lost' : 'kept')
    }
    assert.deepEqual([...outcomes].sort(), ['kept', 'lost', 'torn'])
  })

  test('may undo a rename and forget a new file until their directory is synced', async () => {
    const outcomes = new Set<string>()
    for (let seed = 0; seed < 60; seed++) {
      const disk = new SimulatedDisk({ random: new SeededRandom(seed) })
      await write(disk, '/checkpoint', 'old', true)
      await disk.syncDirectory('/')
      await write(disk, '/checkpoint.tmp', 'new', true)
      await disk.rename('/checkpoint.tmp', '/checkpoint')
      disk.losePower()
      const content = (await disk.readFile('/checkpoint'))?.toString()
      const names = await disk.list('/')
      outcomes.add(`${content} ${names.length}`)
    }
    // Old or new, never nothing; the temporary name only beside the old content.
    assert.deepEqual([...outcomes].sort(), ['new 1', 'old 1', 'old 2'])
  })

  test('holds renames and removals once their directory is synced', async () => {
    for (const unsynced of kinds) {
      const disk = new SimulatedDisk({ random: new SeededRandom(5) })
      await disk.makeDirectory('/logs/a-0')
      await write(disk, '/logs/a-0/x', 'x', true)
      await write(disk, '/logs/a-0/y', 'y', true)
      await disk.syncDirectory('/')
      await disk.syncDirectory('/logs')
      await disk.syncDirectory('/logs/a-0')
      await disk.unlink('/logs/a-0/y')
      await disk.syncDirectory('/logs/a-0')
      await disk.rename('/logs/a-0', '/logs/a-0.deleted')
      await disk.syncDirectory('/logs')
      disk.losePower({ unsynced })
      assert.deepEqual(await disk.list('/logs'), ['a-0.deleted'])
      assert.deepEqual(await disk.list('/logs/a-0.deleted'), ['x'])
    }
  })

  test('may lose a directory that nobody synced, with all that is in it', async () => {
    const disk = new SimulatedDisk()
    await disk.makeDirectory('/logs')
    await write(disk, '/logs/f', 'synced', true)
    await disk.syncDirectory('/logs')
    disk.losePower({ unsynced: 'lost' })
    assert.deepEqual(await disk.list('/'), [])
    assert.equal(disk.usedBytes, 0)
  })

  test('forgets open files, locks and calls under way', async () => {
    const disk = new SimulatedDisk()
    const file = await disk.open('/f', 'create')
    assert.ok(await disk.lock('/.lock'))
    disk.losePower()
    await assert.rejects(file.write(Buffer.from('late'), 0), isWorldError('closed'))
    await assert.rejects(file.sync(), isWorldError('closed'))
    assert.equal((await disk.readFile('/f'))?.length ?? 0, 0)
    assert.ok(await disk.lock('/.lock'))
  })

  test('does or does not do what is under way', async () => {
    const lengths = new Set<number | undefined>()
    for (let seed = 0; seed < 30; seed++) {
      await simulate(seed, async (simulation) => {
        const node = simulation.node('n')
        const file = await node.world.disk.open('/f', 'create')
        const written = file.write(Buffer.alloc(1000, 1), 0)
        const failed = assert.rejects(written, isWorldError('closed'))
        node.kill()
        await failed
        node.start()
        lengths.add((await node.disk.readFile('/f'))?.length)
      })
    }
    assert.ok(lengths.has(0) && lengths.has(1000) && lengths.size > 3, String([...lengths]))
  })
})

describe('a killed process', () => {
  test('leaves everything it wrote, synced or not', async () => {
    const disk = new SimulatedDisk()
    await disk.makeDirectory('/d')
    await write(disk, '/d/f', 'unsynced', false)
    disk.killProcess()
    assert.equal((await disk.readFile('/d/f'))?.toString(), 'unsynced')
  })
})

describe('a failing disk', () => {
  test('loses what a failed sync was to keep, although the next sync succeeds', async () => {
    const disk = new SimulatedDisk()
    const file = await disk.open('/f', 'create')
    await disk.syncDirectory('/')
    await file.write(Buffer.from('doomed'), 0)
    disk.faults.failOnce({ operation: 'sync', path: '/f' })
    await assert.rejects(file.sync(), isWorldError('io'))
    await file.sync()
    disk.losePower({ unsynced: 'lost' })
    assert.notEqual((await disk.readFile('/f'))?.toString(), 'doomed')
  })

  test('fails the operation it was asked to, once', async () => {
    const disk = new SimulatedDisk()
    const file = await disk.open('/f', 'create')
    disk.faults.failOnce({ operation: 'write', after: 1 })
    disk.faults.failOnce({ operation: 'read' })
    await file.write(Buffer.from('1'), 0)
    await assert.rejects(file.write(Buffer.from('2'), 1), isWorldError('io'))
    await file.write(Buffer.from('3'), 1)
    await assert.rejects(disk.readFile('/f'), isWorldError('io'))
    assert.equal((await disk.readFile('/f'))?.toString(), '13')
  })

  test('is full at its capacity, and goes on when there is room', async () => {
    const disk = new SimulatedDisk()
    await write(disk, '/old', 'x'.repeat(600), true)
    disk.faults.capacityBytes = 1000
    const file = await disk.open('/new', 'create')
    await assert.rejects(file.write(Buffer.alloc(500), 0), isWorldError('full'))
    assert.equal(await file.size(), 400, 'what fitted is there')
    await file.write(Buffer.alloc(400, 1), 0)
    assert.equal(await disk.freeBytes('/'), 0)
    await disk.unlink('/old')
    await file.write(Buffer.alloc(500), 0)
    assert.equal(disk.usedBytes, 500)
    await file.truncate(10)
    assert.equal(await disk.freeBytes('/'), 990)
  })

  test('shows the rot of a file, and a clone does not', async () => {
    const disk = new SimulatedDisk()
    await write(disk, '/f', 'sound', true)
    await disk.syncDirectory('/')
    const clone = disk.clone()
    disk.corrupt('/f', 2)
    assert.notEqual((await disk.readFile('/f'))?.toString(), 'sound')
    disk.losePower({ unsynced: 'lost' })
    assert.notEqual((await disk.readFile('/f'))?.toString(), 'sound')
    assert.equal((await clone.readFile('/f'))?.toString(), 'sound')
    clone.losePower({ unsynced: 'lost' })
    assert.equal((await clone.readFile('/f'))?.toString(), 'sound')
  })

  test('takes its time, and stalls', async () => {
    await simulate(1, async (simulation) => {
      const { disk, world } = simulation.node('n')
      const file = await world.disk.open('/f', 'create')
      disk.faults.latency.write = [10, 10]
      disk.faults.slowness = 5
      const before = simulation.clock.monotonic()
      await file.write(Buffer.from('slow'), 0)
      assert.equal(simulation.clock.monotonic() - before, 50)
      disk.stall(1_000)
      await file.read(Buffer.alloc(4), 0)
      assert.ok(simulation.clock.monotonic() - before >= 1_050)
    })
  })

  test('covers by a sync what was written when it began', async () => {
    await simulate(1, async (simulation) => {
      const { disk, world } = simulation.node('n')
      const file = await world.disk.open('/f', 'create')
      await world.disk.syncDirectory('/')
      await file.write(Buffer.from('before'), 0)
      disk.faults.latency.sync = [100, 100]
      const synced = file.sync()
      await file.write(Buffer.from('behind'), 0)
      await synced
      disk.losePower({ unsynced: 'lost' })
      assert.equal((await disk.readFile('/f'))?.toString(), 'before')
    })
  })
})
