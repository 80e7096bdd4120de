// What a broker relies on in its view: it follows every change, whole topics only, whatever events say or fail to say.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Coordination, Operation, WatchListener } from '@samsa/coordination'
import { EmbeddedStore } from '@samsa/coordination'
import type { World } from '@samsa/world'
import { nodeWorld } from '@samsa/world/node'
import { memoryDisk, SeededRandom } from '@samsa/world/simulated'
import { AppliedMetadata } from './applied-metadata.ts'
import { formatConfigs } from './cluster-nodes.ts'
import type { MetadataDelta } from './metadata-view.ts'
import {
  configPath,
  deletedPath,
  scramPath,
  shardPath,
  topicPath,
  userOfScramPath,
} from './paths.ts'
import { prepareTree } from './prepare-tree.ts'
import { formatDeletedTopic, formatShard, formatTopic, type PartitionState } from './topic-nodes.ts'

const topicId = 'AAAAAAAAAAAAAAAAAAAAAg'

const state: PartitionState = {
  replicas: [1],
  leader: 1,
  leaderEpoch: 0,
  isr: [1],
  elr: [],
  lastKnownElr: [],
  adding: [],
  removing: [],
  partitionEpoch: 0,
  recovering: false,
}

interface Stage extends AsyncDisposable {
  readonly world: World
  /** Another broker's session. */
  readonly writer: Coordination
  readonly session: Coordination
  readonly logged: string[]
}

async function stage(): Promise<Stage> {
  const logged: string[] = []
  const logger = nodeWorld().logger
  const world: World = {
    ...nodeWorld(),
    disk: memoryDisk(),
    random: new SeededRandom(1),
    logger: {
      ...logger,
      error: (_fields, message) => void logged.push(message),
      child: () => logger,
    },
  }
  const store = await EmbeddedStore.open(world, { directory: '/coordination' })
  const writer = store.connect()
  await prepareTree(world, writer)
  return {
    world,
    writer,
    session: store.connect(),
    logged,
    [Symbol.asyncDispose]: () => store.close(),
  }
}

async function write(session: Coordination, ...operations: Operation[]): Promise<void> {
  const result = await session.multi(operations)
  assert.equal(result.ok, true)
}

const createTopic: Operation = {
  kind: 'create',
  path: topicPath(topicId),
  data: formatTopic({ name: 'orders', partitionCount: 300 }),
}

function createShard(shard: number, count: number): Operation {
  const states = Array.from({ length: count }, () => state)
  return { kind: 'create', path: shardPath(topicId, shard), data: formatShard(states) }
}

test('a topic is seen when all of it is there, and its listeners are told once', async () => {
  await using on = await stage()
  const view = await AppliedMetadata.open(on.world, on.session)
  const deltas: MetadataDelta[] = []
  view.onChange((delta) => deltas.push(delta))
  await write(on.writer, createTopic, createShard(0, 256))
  await view.caughtUp()
  assert.equal(view.topic('orders'), undefined)
  await write(on.writer, createShard(1, 44))
  await view.caughtUp()
  assert.equal(view.topic('orders')?.partitions.length, 300)
  assert.deepEqual(
    deltas.map(({ topicIds }) => [...topicIds]),
    [[], [topicId]],
  )
})

test('only partitions that changed are new objects', async () => {
  await using on = await stage()
  await write(on.writer, createTopic, createShard(0, 256), createShard(1, 44))
  const view = await AppliedMetadata.open(on.world, on.session)
  const before = view.topic('orders')
  const states = Array.from({ length: 256 }, () => state)
  states[7] = { ...state, leader: -1, leaderEpoch: 1, partitionEpoch: 1 }
  const path = shardPath(topicId, 0)
  await write(on.writer, { kind: 'set', path, data: formatShard(states), version: 0 })
  await view.caughtUp()
  const after = view.topic('orders')
  assert.notEqual(after, before)
  assert.equal(after?.partitions[7]?.leader, -1)
  assert.equal(after?.partitions[6], before?.partitions[6])
})

test('a tombstone is told, and outlives the topic', async () => {
  await using on = await stage()
  await write(on.writer, createTopic, createShard(0, 256), createShard(1, 44))
  const view = await AppliedMetadata.open(on.world, on.session)
  const deleted: string[] = []
  view.onChange((delta) => deleted.push(...delta.deletedTopicIds))
  await write(
    on.writer,
    { kind: 'delete', path: shardPath(topicId, 0), version: -1 },
    { kind: 'delete', path: shardPath(topicId, 1), version: -1 },
    { kind: 'delete', path: topicPath(topicId), version: -1 },
    {
      kind: 'create',
      path: deletedPath(topicId),
      data: formatDeletedTopic({ name: 'orders', deletedMs: 1 }),
    },
  )
  await view.caughtUp()
  assert.equal(view.topic('orders'), undefined)
  assert.equal(view.isDeleted(topicId), true)
  assert.deepEqual(deleted, [topicId])
})

// A connection that was lost for a while: no event for what happened meanwhile, then `resync`.
test('what no event told of is found when everything is read again', async () => {
  await using on = await stage()
  let listener: WatchListener | undefined
  const deaf = new Proxy(on.session, {
    get: (target, name) => {
      if (name === 'watch') {
        return (_prefix: string, given: WatchListener) => {
          listener = given
          return Promise.resolve(() => {})
        }
      }
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  await write(on.writer, createTopic, createShard(0, 256), createShard(1, 44))
  const view = await AppliedMetadata.open(on.world, deaf)
  const path = configPath('topics', 'orders')
  const data = formatConfigs(new Map([['retention.ms', '1']]))
  await write(
    on.writer,
    { kind: 'create', path, data },
    { kind: 'delete', path: shardPath(topicId, 0), version: -1 },
    { kind: 'delete', path: shardPath(topicId, 1), version: -1 },
    { kind: 'delete', path: topicPath(topicId), version: -1 },
  )
  await view.caughtUp()
  assert.equal(view.topicConfigs('orders').size, 0)
  assert.equal(view.topic('orders')?.partitions.length, 300)
  listener?.resync()
  await view.caughtUp()
  assert.equal(view.topicConfigs('orders').get('retention.ms'), '1')
  assert.equal(view.topic('orders'), undefined)
})

test('a node that makes no sense is reported, and what was known before stays', async () => {
  await using on = await stage()
  await write(on.writer, createTopic, createShard(0, 256), createShard(1, 44))
  const view = await AppliedMetadata.open(on.world, on.session)
  const garbage = ['{"version":1,"replicas":"none"}', '{', '[]', 'null', '\u0000']
  for (const [version, text] of garbage.entries()) {
    const path = shardPath(topicId, 1)
    await write(on.writer, { kind: 'set', path, data: Buffer.from(text), version })
    await view.caughtUp()
    assert.equal(view.topic('orders')?.partitions.length, 300)
    assert.equal(on.logged.length, version + 1)
  }
})

test('whoever waits for a closed view is told', async () => {
  await using on = await stage()
  const view = await AppliedMetadata.open(on.world, on.session, { debounceMs: 20 })
  await write(on.writer, createTopic)
  const waiting = view.caughtUp()
  await Promise.resolve()
  view.close()
  await assert.rejects(waiting, { name: 'WorldError', kind: 'closed' })
})

test('any name can be part of a path', () => {
  for (const user of ['alice', 'a/b', '.', '..', '...', '', '%', '%2E', 'ü ✓', '<default>', '\0']) {
    assert.equal(userOfScramPath(scramPath(user)), user)
    assert.match(scramPath(user), /^\/metadata\/scram\/[^/]+$/)
    assert.doesNotMatch(scramPath(user), /\/\.+$/)
  }
})
