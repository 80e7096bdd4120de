// What every implementation of `Coordination` keeps, case by case. Each case works below a path of its own, so that all
// can run one after another against one store, ours or a real ensemble.

import assert from 'node:assert/strict'
import type { Coordination, MultiResult, Operation } from '../coordination.ts'

/** The store under test. */
export interface ContractSubject {
  /** A new session. */
  connect(): Promise<Coordination>
}

/** One promise, told as a test's name, and how to see it kept. */
export interface ContractCase {
  readonly name: string
  /** `root` exists and is empty; `session` is connected and closed afterwards. */
  run(root: string, session: Coordination, subject: ContractSubject): Promise<void>
}

/** The promises that need no random programs. */
export const contractCases: readonly ContractCase[] = [
  {
    name: 'a created node is read back with version 0 and the zxid of its creation',
    async run(root, session) {
      const created = succeeded(await session.multi([create(`${root}/a`, 'one')]))
      const node = await session.get(`${root}/a`)
      assert.equal(node?.data.toString(), 'one')
      assert.deepEqual(node?.stat, {
        createdZxid: created.zxid,
        modifiedZxid: created.zxid,
        version: 0,
        ephemeralOwner: '',
        childCount: 0,
      })
      assert.deepEqual(created.stats, [node?.stat])
    },
  },
  {
    name: 'each set raises the version by one and the zxid',
    async run(root, session) {
      succeeded(await session.multi([create(`${root}/a`, 'one')]))
      const first = succeeded(await session.multi([set(`${root}/a`, 'two', 0)]))
      const second = succeeded(await session.multi([set(`${root}/a`, 'three', -1)]))
      assert.ok(second.zxid > first.zxid)
      const stat = (await session.get(`${root}/a`))?.stat
      assert.equal(stat?.version, 2)
      assert.equal(stat?.modifiedZxid, second.zxid)
      assert.ok(stat.createdZxid < first.zxid)
    },
  },
  {
    name: 'a wrong version changes nothing',
    async run(root, session) {
      succeeded(await session.multi([create(`${root}/a`, 'one')]))
      failed(await session.multi([set(`${root}/a`, 'two', 1)]), 'bad-version', 0)
      failed(
        await session.multi([{ kind: 'delete', path: `${root}/a`, version: 1 }]),
        'bad-version',
        0,
      )
      failed(
        await session.multi([{ kind: 'check', path: `${root}/a`, version: 1 }]),
        'bad-version',
        0,
      )
      assert.equal((await session.get(`${root}/a`))?.data.toString(), 'one')
    },
  },
  {
    name: 'each failure has its name',
    async run(root, session) {
      succeeded(
        await session.multi([
          create(`${root}/a`, ''),
          create(`${root}/a/b`, ''),
          { ...create(`${root}/e`, ''), ephemeral: true },
        ]),
      )
      failed(await session.multi([create(`${root}/a`, '')]), 'node-exists', 0)
      failed(await session.multi([create(`${root}/x/y`, '')]), 'no-node', 0)
      failed(await session.multi([set(`${root}/x`, '', -1)]), 'no-node', 0)
      failed(await session.multi([{ kind: 'check', path: `${root}/x`, version: -1 }]), 'no-node', 0)
      failed(await session.multi([remove(`${root}/x`)]), 'no-node', 0)
      failed(await session.multi([remove(`${root}/a`)]), 'not-empty', 0)
      failed(await session.multi([create(`${root}/e/f`, '')]), 'ephemeral-parent', 0)
    },
  },
  {
    name: 'a multi happens as a whole or not at all, and says what failed first',
    async run(root, session) {
      const operations = [
        create(`${root}/a`, ''),
        create(`${root}/a/b`, ''),
        set(`${root}/a`, 'x', 5),
      ]
      failed(await session.multi(operations), 'bad-version', 2)
      assert.deepEqual(await session.children(root), [])
      const done = succeeded(
        await session.multi([...operations.slice(0, 2), set(`${root}/a`, 'x', 0)]),
      )
      assert.deepEqual(
        done.stats.map((stat) => stat?.modifiedZxid),
        [done.zxid, done.zxid, done.zxid],
      )
      assert.deepEqual(await session.descendants(root), [`${root}/a`, `${root}/a/b`])
    },
  },
  {
    name: 'the operations of a multi see those before them',
    async run(root, session) {
      const done = await session.multi([
        create(`${root}/a`, 'one'),
        { kind: 'check', path: `${root}/a`, version: 0 },
        set(`${root}/a`, 'two', 0),
        { kind: 'delete', path: `${root}/a`, version: 1 },
        create(`${root}/a`, 'three'),
      ])
      const { stats, zxid } = succeeded(done)
      assert.deepEqual(
        stats.map((stat) => stat?.version),
        [0, undefined, 1, undefined, 0],
      )
      const node = await session.get(`${root}/a`)
      assert.equal(node?.data.toString(), 'three')
      assert.equal(node?.stat.createdZxid, zxid)
    },
  },
  {
    name: 'children are sorted names, descendants sorted paths, of a missing node there are none',
    async run(root, session) {
      const paths = ['b', 'a', 'a/z', 'a-b', 'a/y'].map((name) => create(`${root}/${name}`, ''))
      succeeded(await session.multi(paths))
      assert.deepEqual(await session.children(root), ['a', 'a-b', 'b'])
      assert.deepEqual(
        await session.descendants(root),
        ['a', 'a-b', 'a/y', 'a/z', 'b'].map((name) => `${root}/${name}`),
      )
      assert.equal(await session.children(`${root}/missing`), undefined)
      assert.deepEqual(await session.descendants(`${root}/missing`), [])
      assert.equal((await session.get(root))?.stat.childCount, 3)
      const [a, missing, b] = await session.getAll([`${root}/a`, `${root}/missing`, `${root}/b`])
      assert.deepEqual([a?.path, missing, b?.path], [`${root}/a`, undefined, `${root}/b`])
    },
  },
  {
    name: 'ephemeral nodes go when their session closes, and only they',
    async run(root, session, subject) {
      const other = await subject.connect()
      succeeded(
        await other.multi([
          { ...create(`${root}/mine`, ''), ephemeral: true },
          create(`${root}/lasting`, ''),
          { ...create(`${root}/lasting/mine`, ''), ephemeral: true },
        ]),
      )
      await session.sync()
      assert.equal((await session.get(`${root}/mine`))?.stat.ephemeralOwner, other.sessionId)
      const seen = recorder()
      await session.watch(root, seen)
      await other.close()
      await session.sync()
      assert.deepEqual(await session.descendants(root), [`${root}/lasting`])
      assert.deepEqual(seen.paths.toSorted(), [`${root}/lasting/mine`, `${root}/mine`])
    },
  },
  {
    name: 'a closed session says so and refuses calls',
    async run(root, _session, subject) {
      const other = await subject.connect()
      const states: string[] = []
      other.onState((state) => states.push(state))
      assert.equal(other.state, 'connected')
      await other.close()
      assert.deepEqual([other.state, ...states], ['closed', 'closed'])
      await assert.rejects(other.get(root), { name: 'WorldError', kind: 'closed' })
      await assert.rejects(other.multi([]), { name: 'WorldError', kind: 'closed' })
      await other.close()
    },
  },
  {
    name: 'a watch reports each change below its prefix once, in order, before it is acknowledged',
    async run(root, session) {
      const seen = recorder()
      succeeded(await session.multi([create(`${root}/a`, ''), create(`${root}/ab`, '')]))
      const end = await session.watch(`${root}/a`, seen)
      succeeded(await session.multi([create(`${root}/a/b`, ''), set(`${root}/a`, 'x', -1)]))
      assert.deepEqual(seen.paths, [`${root}/a/b`, `${root}/a`])
      succeeded(await session.multi([set(`${root}/ab`, '', -1)]))
      succeeded(await session.multi([remove(`${root}/a/b`), remove(`${root}/a`)]))
      failed(await session.multi([set(`${root}/a`, '', -1)]), 'no-node', 0)
      succeeded(await session.multi([create(`${root}/a`, '')]))
      const all = [`${root}/a/b`, `${root}/a`, `${root}/a/b`, `${root}/a`, `${root}/a`]
      assert.deepEqual(seen.paths, all)
      end()
      succeeded(await session.multi([set(`${root}/a`, '', -1)]))
      assert.deepEqual(seen.paths, all)
    },
  },
  {
    name: 'a watch tells of what another session did before that can be read',
    async run(root, session, subject) {
      const other = await subject.connect()
      const seen = recorder()
      await session.watch(root, seen)
      for (let i = 0; i < 20; i++) {
        succeeded(await other.multi([create(`${root}/n${i}`, '')]))
        await session.sync()
        assert.ok(await session.get(`${root}/n${i}`))
        assert.equal(seen.paths.at(-1), `${root}/n${i}`)
      }
      await other.close()
    },
  },
  {
    name: 'the calls of a session take effect in order, without waiting for one another',
    async run(root, session) {
      const path = `${root}/a`
      const [created, first, set0, second, deleted, third] = await Promise.all([
        session.multi([create(path, 'one')]),
        session.get(path),
        session.multi([set(path, 'two', 0)]),
        session.get(path),
        session.multi([remove(path)]),
        session.get(path),
      ])
      for (const result of [created, set0, deleted]) succeeded(result)
      assert.equal(first?.data.toString(), 'one')
      assert.equal(second?.data.toString(), 'two')
      assert.equal(third, undefined)
    },
  },
  {
    name: 'what was read and what was handed over do not change afterwards',
    async run(root, session) {
      const data = Buffer.from('one')
      const writing = session.multi([{ kind: 'create', path: `${root}/a`, data }])
      data.fill(0)
      succeeded(await writing)
      const before = await session.get(`${root}/a`)
      succeeded(await session.multi([set(`${root}/a`, 'two', -1)]))
      assert.equal(before?.data.toString(), 'one')
      assert.equal(before?.stat.version, 0)
    },
  },
]

/** An operation that creates a node. */
export function create(path: string, data: string): Operation & { kind: 'create' } {
  return { kind: 'create', path, data: Buffer.from(data) }
}

function set(path: string, data: string, version: number): Operation {
  return { kind: 'set', path, data: Buffer.from(data), version }
}

function remove(path: string): Operation {
  return { kind: 'delete', path, version: -1 }
}

/** The result, which must be a success. */
export function succeeded(result: MultiResult): MultiResult & { ok: true } {
  assert.ok(result.ok, `failed: ${JSON.stringify(result)}`)
  return result
}

function failed(result: MultiResult, failure: string, index: number): void {
  assert.deepEqual(result, { ok: false, failure, index })
}

function recorder(): { paths: string[]; changed(path: string): void; resync(): void } {
  const paths: string[] = []
  return { paths, changed: (path) => paths.push(path), resync: () => {} }
}
