// What a user of the embedded store relies on beyond the contract: it is all there after the process, or the power, is
// gone, in whatever state the files are; and damage is told, not guessed around.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Disk, World } from '@samsa/world'
import { nodeWorld } from '@samsa/world/node'
import { memoryDisk, SeededRandom, simulate, SimulatedDisk } from '@samsa/world/simulated'
import { create, succeeded } from '../contract/cases.ts'
import { contractCases, runRandomProgram } from '../contract/index.ts'
import type { Operation } from '../coordination.ts'
import { EmbeddedStore } from './embedded-store.ts'

const directory = '/data/coordination'

function worldOf(disk: Disk): World {
  return { ...nodeWorld(), disk, random: new SeededRandom(7) }
}

function openOn(disk: Disk, snapshotAfterBytes = 1 << 20): Promise<EmbeddedStore> {
  return EmbeddedStore.open(worldOf(disk), { directory, snapshotAfterBytes })
}

function ephemeral(path: string): Operation {
  return { ...create(path, ''), ephemeral: true }
}

for (const contract of contractCases) {
  test(`contract: ${contract.name}`, async () => {
    const store = await openOn(memoryDisk())
    const session = store.connect()
    succeeded(await session.multi([create('/case', '')]))
    await contract.run('/case', session, { connect: async () => store.connect() })
    await store.close()
  })
}

for (let seed = 1; seed <= 20; seed++) {
  test(`contract: a random program behaves like the model (seed ${seed})`, async () => {
    const store = await openOn(memoryDisk(), 2000)
    const subject = { connect: async () => store.connect() }
    await runRandomProgram(subject, '/program', new SeededRandom(seed), 200)
    await store.close()
  })
}

test('what was acknowledged outlives the closing of the store and the loss of power', async () => {
  const disk = new SimulatedDisk()
  const store = await openOn(disk)
  const session = store.connect()
  const { zxid } = succeeded(await session.multi([create('/a', 'one'), ephemeral('/e')]))
  await store.close()

  const second = await openOn(disk)
  const again = second.connect()
  const node = await again.get('/a')
  assert.equal(node?.data.toString(), 'one')
  assert.equal(node?.stat.createdZxid, zxid)
  assert.equal(await again.get('/e'), undefined)
  succeeded(await again.multi([{ kind: 'set', path: '/a', data: Buffer.from('two'), version: 0 }]))
  succeeded(await again.multi([ephemeral('/e')]))
  disk.losePower({ unsynced: 'lost' })

  const third = await openOn(disk)
  const last = third.connect()
  assert.equal((await last.get('/a'))?.data.toString(), 'two')
  assert.deepEqual(await last.children('/'), ['a'])
  assert.ok(succeeded(await last.multi([create('/b', '')])).zxid > zxid + 2)
  await third.close()
})

test('snapshots keep the directory short, and the tree survives any number of them', async () => {
  await simulate(1, async (simulation) => {
    const machine = simulation.node('store')
    const options = { directory, snapshotAfterBytes: 4000 }
    for (let round = 0; round < 5; round++) {
      const store = await EmbeddedStore.open(machine.start(), options)
      const session = store.connect()
      assert.equal((await session.children('/'))?.length, round * 50)
      for (let i = 0; i < 50; i++) {
        succeeded(await session.multi([create(`/n${round}-${i}`, 'x'.repeat(40))]))
      }
      if (round % 2 === 0) machine.losePower({ unsynced: 'random' })
      else await store.close()
    }
    const store = await EmbeddedStore.open(machine.start(), options)
    assert.equal((await store.connect().children('/'))?.length, 250)
    await store.close()
    const names = await machine.disk.list(directory)
    assert.ok(names.filter((name) => name.endsWith('.log')).length <= 2, names.join())
    assert.equal(names.filter((name) => name.endsWith('.tree')).length, 1, names.join())
  })
})

test('a torn end of the journal is cut off, damage before its end is refused', async () => {
  const disk = new SimulatedDisk()
  const store = await openOn(disk)
  const session = store.connect()
  const path = `${directory}/00000000000000000001.log`
  const positions: number[] = []
  for (let i = 0; i < 10; i++) {
    positions.push((await disk.stat(path))?.size ?? 0)
    succeeded(await session.multi([create(`/n${i}`, 'data')]))
  }
  await store.close()
  const size = (await disk.stat(path))?.size ?? 0
  const last = positions.at(-1) ?? 0
  const middle = positions[4] ?? 0

  // The end of the last batch, and the offset at its beginning, which its checksum does not cover.
  for (const [position, length] of [
    [size - 3, 1],
    [last, 8],
  ] as const) {
    const torn = disk.clone()
    torn.corrupt(path, position, length, (byte) => (length === 8 ? 0 : byte ^ 1))
    const cut = await openOn(torn)
    assert.equal((await cut.connect().children('/'))?.length, 9)
    succeeded(await cut.connect().multi([create('/again', '')]))
    await cut.close()
    assert.equal((await (await openOn(torn)).connect().children('/'))?.length, 10)
  }

  // An offset in the middle, records in the middle, and a last batch that claims a later offset.
  for (const [position, length, byte] of [
    [middle, 8, 0],
    [middle + 40, 8, 255],
    [last + 7, 1, 99],
  ] as const) {
    const rotten = disk.clone()
    rotten.corrupt(path, position, length, () => byte)
    const before = await rotten.readFile(path)
    await assert.rejects(openOn(rotten), { name: 'WorldError', kind: 'io', subject: path })
    assert.deepEqual(await rotten.readFile(path), before)
  }
})

test('a damaged snapshot is refused by name, and nothing is removed', async () => {
  const disk = new SimulatedDisk()
  const store = await openOn(disk, 100)
  const session = store.connect()
  for (let i = 0; i < 10; i++) succeeded(await session.multi([create(`/n${i}`, 'data')]))
  await store.close()
  const names = await disk.list(directory)
  const path = `${directory}/${names.find((name) => name.endsWith('.tree'))}`
  disk.corrupt(path, 80)
  await assert.rejects(openOn(disk), { name: 'WorldError', kind: 'io', subject: path })
  assert.deepEqual(await disk.list(directory), names)
})

test('a full disk refuses writes and nothing else; they go on when there is room', async () => {
  const disk = new SimulatedDisk()
  const store = await openOn(disk)
  const session = store.connect()
  succeeded(await session.multi([create('/a', 'one')]))
  disk.faults.capacityBytes = disk.usedBytes
  await assert.rejects(session.multi([create('/b', '')]), { name: 'WorldError', kind: 'full' })
  assert.deepEqual(await session.children('/'), ['a'])
  disk.faults.capacityBytes = Infinity
  succeeded(await session.multi([create('/c', '')]))
  disk.losePower({ unsynced: 'random' })
  assert.deepEqual(await (await openOn(disk)).connect().children('/'), ['a', 'c'])
})

test('what a failed sync left behind does not come back', async () => {
  const disk = new SimulatedDisk()
  const store = await openOn(disk)
  const session = store.connect()
  succeeded(await session.multi([create('/a', '')]))
  disk.faults.failOnce({ operation: 'sync', path: '.log' })
  const [failed, sibling] = await Promise.allSettled([
    session.multi([create('/b', '')]),
    session.multi([create('/b', '')]),
  ])
  assert.deepEqual([failed.status, sibling.status], ['rejected', 'rejected'])
  assert.equal(await session.get('/b'), undefined)
  disk.losePower({ unsynced: 'kept' })
  const reopened = (await openOn(disk)).connect()
  assert.deepEqual(await reopened.children('/'), ['a'])
})

test('two processes cannot have one store open', async () => {
  const disk = memoryDisk()
  const store = await openOn(disk)
  await assert.rejects(openOn(disk), { name: 'WorldError', subject: `${directory}/.lock` })
  await store.close()
  await (await openOn(disk)).close()
})

test('transactions of one turn leave with one write', async () => {
  const disk = new SimulatedDisk()
  const store = await openOn(disk)
  const sessions = Array.from({ length: 10 }, () => store.connect())
  succeeded(await store.connect().multi([create('/n', '')]))
  disk.faults.failOnce({ operation: 'sync', path: '.log', after: 1 })
  const results = await Promise.all(
    sessions.map((session, i) => session.multi([create(`/n/${i}`, '')])),
  )
  assert.equal(new Set(results.map((result) => succeeded(result).zxid)).size, 10)
  await assert.rejects(store.connect().multi([create('/second', '')]), { kind: 'io' })
  await store.close()
})
