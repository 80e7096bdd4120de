// One holder on a machine, however many try, and whatever became of the one before.

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { lockFile } from './lock-file.ts'
import { isRunning, ownIdentity } from './process-identity.ts'

describe('a lock file', () => {
  let home = ''
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'samsa-lock-'))
  })
  after(() => rm(home, { recursive: true }))

  test('is held against another process, and free when that is killed', async () => {
    const path = join(home, 'killed')
    const holder = await attempt(path)
    assert.equal(holder.result, 'held')
    assert.equal(await lockFile(path), undefined)
    holder.child.kill('SIGKILL')
    await once(holder.child, 'exit')
    const lock = await lockFile(path)
    assert.notEqual(lock, undefined)
    assert.equal((await attempt(path)).result, 'refused')
    await lock?.release()
    assert.deepEqual(
      (await readdir(home)).filter((name) => name.startsWith('killed')),
      [],
    )
  })

  test('goes to one of many that take it over at once, again and again', async () => {
    const path = join(home, 'raced')
    for (let round = 0; round < 20; round++) {
      await writeFile(path, deadClaim(round))
      const locks = await Promise.all(Array.from({ length: 12 }, () => lockFile(path)))
      const held = locks.filter((lock) => lock !== undefined)
      assert.equal(held.length, 1, `round ${round}`)
      assert.equal(await lockFile(path), undefined)
      await held[0]?.release()
    }
  })

  test('goes to one of several processes that take it over at once', async () => {
    const path = join(home, 'processes')
    await writeFile(path, deadClaim(1))
    const attempts = await Promise.all(Array.from({ length: 4 }, () => attempt(path)))
    assert.equal(attempts.filter(({ result }) => result === 'held').length, 1)
    for (const { child } of attempts) child.kill('SIGKILL')
  })

  test('is taken from a process whose number another process has now', async () => {
    const path = join(home, 'reused')
    const identity = { ...(await ownIdentity()), id: 'a'.repeat(24) }
    await writeFile(path, JSON.stringify(identity))
    assert.equal(await lockFile(path), undefined)
    if (identity.started === '') return
    await writeFile(path, JSON.stringify({ ...identity, started: '1' }))
    const lock = await lockFile(path)
    assert.notEqual(lock, undefined)
    await lock?.release()
  })

  test('is taken over when it is the empty file that Apache Kafka leaves behind', async () => {
    const path = join(home, '.lock')
    await writeFile(path, '')
    const lock = await lockFile(path)
    assert.notEqual(lock, undefined)
    await lock?.release()
  })
})

test('a process is running until it has ended', async () => {
  assert.equal(await isRunning(await ownIdentity()), true)
  assert.equal(await isRunning({ pid: 2 ** 22 + 1, started: '', boot: '' }), false)
})

function deadClaim(round: number): string {
  const id = round.toString(16).padStart(24, '0')
  return JSON.stringify({ id, pid: 2 ** 22 + 1, started: '1', boot: '' })
}

/** Another process that tries to take the lock, says how it went, and waits. */
async function attempt(path: string): Promise<{ result: string; child: ChildProcess }> {
  const source = `
    import { lockFile } from ${JSON.stringify(import.meta.resolve('./lock-file.ts'))}
    const lock = await lockFile(${JSON.stringify(path)})
    process.stdout.write(lock === undefined ? 'refused' : 'held')
    if (lock !== undefined) process.stdin.resume().on('end', () => process.exit())
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [output] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  return { result: output.toString(), child }
}
