// Logs follow metadata: created, led, deleted on a tombstone, and never otherwise.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogDirectories } from '@samsa/log'
import { BatchBuilder, RecordBatch } from '@samsa/protocol'
import { type BrokerSettings, resolveBrokerSettings } from '@samsa/settings'
import type { Disk } from '@samsa/world'
import { nodeWorld } from '@samsa/world/node'
import { memoryDisk, SeededRandom } from '@samsa/world/simulated'
import { ConnectedPeers } from '../peers/broker-peers.ts'
import { FetchSessions } from './fetch-sessions.ts'
import { InternalTopic } from './internal-topic.ts'
import { ReplicaSet } from './replica-set.ts'
import { controllerOf, FixedMetadata } from './testing/fixed-metadata.ts'
import { TopicSettingsView } from './topic-settings-view.ts'

interface Host extends AsyncDisposable {
  readonly replicas: ReplicaSet
  readonly logs: LogDirectories
}

async function host(disk: Disk, metadata: FixedMetadata): Promise<Host> {
  const world = { ...nodeWorld(), disk }
  const { settings } = resolveBrokerSettings({ presets: { 'log.dir': '/data' } })
  const topicSettings = new TopicSettingsView(() => settings, metadata)
  const logs = await LogDirectories.open(world, settings, {
    directories: ['/data'],
    brokerId: 1,
    topicSettings: (topic) => topicSettings.of(topic),
  })
  const fetchSessions = new FetchSessions(world.clock, new SeededRandom(1), () => 10)
  const peers = new ConnectedPeers(world, { brokerId: 1, metadata, listenerName: 'PLAINTEXT' })
  const controller = controllerOf(metadata)
  const options = {
    brokerId: 1,
    metadata,
    logs,
    fetchSessions,
    topicSettings,
    controller,
    peers,
    settings: {
      get: <K extends keyof BrokerSettings>(name: K): BrokerSettings[K] => settings[name],
      onChange: () => () => {},
    },
  }
  const replicas = new ReplicaSet(world, options)
  await replicas.start()
  return {
    replicas,
    logs,
    async [Symbol.asyncDispose]() {
      await replicas.stop()
      await logs.close()
      await world.workers.close()
    },
  }
}

function batchOf(value: string): Buffer {
  const builder = new BatchBuilder()
  builder.append(1_700_000_000_000, Buffer.from('key'), Buffer.from(value))
  return Buffer.from(builder.build({}))
}

test('A topic is hosted as soon as metadata says so, where a replica is here.', async () => {
  const metadata = new FixedMetadata()
  await using here = await host(memoryDisk(), metadata)
  metadata.put('t', [{}, { replicas: [2], isr: [2], leader: 2 }])
  assert.throws(() => here.replicas.partition('t', 0), { code: 6 })
  await here.replicas.reconciled()
  assert.equal(here.replicas.partition('t', 0).requireLeader(), 0)
  assert.throws(() => here.replicas.partition('t', 1), { code: 6 })
  assert.throws(() => here.replicas.partition('t', 2), { code: 3 })
  assert.equal(here.replicas.reconciled(), undefined)
})

test('Records survive a restart; the leader goes on in a new epoch.', async () => {
  const metadata = new FixedMetadata()
  const disk = memoryDisk()
  metadata.put('t', [{}])
  {
    await using here = await host(disk, metadata)
    await here.replicas.partition('t', 0).append(batchOf('a'), -1)
  }
  metadata.put('t', [{ leaderEpoch: 1, partitionEpoch: 1 }])
  await using here = await host(disk, metadata)
  const partition = here.replicas.partition('t', 0)
  assert.equal(partition.log.logEndOffset, 1)
  assert.equal(partition.log.highWatermark, 1)
  assert.equal(partition.log.latestEpoch, 1)
})

test('Logs go on a tombstone only; what nobody knows is kept.', async () => {
  const metadata = new FixedMetadata()
  const disk = memoryDisk()
  metadata.put('kept', [{}])
  metadata.put('gone', [{}])
  {
    await using here = await host(disk, metadata)
    await here.replicas.partition('kept', 0).append(batchOf('a'), -1)
  }
  const later = new FixedMetadata()
  {
    await using here = await host(disk, later)
    assert.equal([...here.logs.logs()].length, 2)
  }
  metadata.delete('gone')
  await using here = await host(disk, metadata)
  assert.deepEqual(
    [...here.logs.logs()].map((log) => log.topic),
    ['kept'],
  )
})

test('A topic deleted and created again under its name starts empty.', async () => {
  const metadata = new FixedMetadata()
  await using here = await host(memoryDisk(), metadata)
  metadata.put('t', [{}])
  await here.replicas.reconciled()
  await here.replicas.partition('t', 0).append(batchOf('old'), -1)
  metadata.delete('t')
  const { topicId } = metadata.put('t', [{}])
  await here.replicas.reconciled()
  const partition = here.replicas.partition('t', 0)
  assert.equal(partition.topicId, topicId)
  assert.equal(partition.log.logEndOffset, 0)
})

test('A leader that loses its partition refuses appends and fails those who wait.', async () => {
  const metadata = new FixedMetadata()
  await using here = await host(memoryDisk(), metadata)
  metadata.put('t', [{ replicas: [1, 2], isr: [1, 2] }])
  await here.replicas.reconciled()
  const partition = here.replicas.partition('t', 0)
  const waiting = partition.committed(await partition.append(batchOf('a'), -1))
  assert.notEqual(waiting, undefined)
  metadata.put('t', [{ replicas: [1, 2], isr: [2], leader: 2, leaderEpoch: 1, partitionEpoch: 1 }])
  await assert.rejects(waiting ?? Promise.resolve(), { code: 6 })
  assert.throws(() => partition.append(batchOf('b'), 1), { code: 6 })
  assert.equal(partition.log.highWatermark, 0)
})

test('A log is deleted when its partition has moved away, and not before the move is complete.', async () => {
  const metadata = new FixedMetadata()
  const disk = memoryDisk()
  metadata.put('t', [{ replicas: [1, 2], isr: [1, 2] }])
  {
    await using here = await host(disk, metadata)
    await here.replicas.partition('t', 0).append(batchOf('a'), 1)
    const moving = { replicas: [2, 3, 1], isr: [1, 2], adding: [3], removing: [1] }
    metadata.put('t', [{ ...moving, leader: 2, leaderEpoch: 1, partitionEpoch: 1 }])
    await here.replicas.reconciled()
    assert.equal([...here.logs.logs()].length, 1)
  }
  // Also for a broker that was away when the move ended.
  metadata.put('t', [
    { replicas: [2, 3], isr: [2, 3], leader: 2, leaderEpoch: 1, partitionEpoch: 2 },
  ])
  await using here = await host(disk, metadata)
  assert.equal([...here.logs.logs()].length, 0)
  assert.throws(() => here.replicas.partition('t', 0), { code: 6 })
})

test('An append that outlives its leadership is not acknowledged, whatever comes to stand in its place.', async () => {
  const metadata = new FixedMetadata()
  await using here = await host(memoryDisk(), metadata)
  metadata.put('t', [{ replicas: [1, 2], isr: [1, 2] }])
  await here.replicas.reconciled()
  const partition = here.replicas.partition('t', 0)
  const appended = await partition.append(batchOf('a'), -1)
  metadata.put('t', [{ replicas: [1, 2], isr: [2], leader: 2, leaderEpoch: 1, partitionEpoch: 1 }])
  await here.replicas.reconciled()
  const records = Buffer.alloc(0)
  await partition.follow(1, { records, highWatermark: 1, logStartOffset: 0 })
  assert.equal(partition.log.highWatermark, 1)
  await assert.rejects(partition.committed(appended) ?? Promise.resolve(), { code: 6 })
})

test('acks=all needs min.insync.replicas, as far as there are replicas.', async () => {
  const metadata = new FixedMetadata()
  await using here = await host(memoryDisk(), metadata)
  metadata.put('alone', [{}], { 'min.insync.replicas': '2' })
  metadata.put('two', [{ replicas: [1, 2], isr: [1] }], { 'min.insync.replicas': '2' })
  await here.replicas.reconciled()
  await here.replicas.partition('alone', 0).append(batchOf('a'), -1)
  assert.throws(() => here.replicas.partition('two', 0).append(batchOf('a'), -1), { code: 19 })
  await here.replicas.partition('two', 0).append(batchOf('a'), 1)
})

test('A coordinator creates its topic, appends, replays and hears of leadership.', async () => {
  const metadata = new FixedMetadata()
  await using here = await host(memoryDisk(), metadata)
  const spec = {
    name: '__consumer_offsets',
    partitionCount: 3,
    replicationFactor: 1,
    configs: new Map([['cleanup.policy', 'compact']]),
  }
  const topic = new InternalTopic(() => spec, {
    metadata,
    controller: controllerOf(metadata),
    replicas: here.replicas,
  })
  const heard: string[] = []
  topic.onLeadership({
    elected: (partition, epoch) => heard.push(`elected ${partition} ${epoch}`),
    resigned: (partition, epoch) => heard.push(`resigned ${partition} ${epoch}`),
  })
  assert.equal(topic.partitionCount(), 3)
  assert.equal(topic.leader(0), undefined)
  await Promise.all([topic.ensureTopic(), topic.ensureTopic()])
  assert.deepEqual(heard.toSorted(), ['elected 0 0', 'elected 1 0', 'elected 2 0'])
  assert.deepEqual(topic.leader(2), { brokerId: 1, leaderEpoch: 0 })
  const appended = await Promise.all(
    ['a', 'b', 'c'].map((value) => topic.append(1, batchOf(value))),
  )
  assert.deepEqual(
    appended.map((one) => one.baseOffset),
    [0, 1, 2],
  )
  const offsets: number[] = []
  await topic.replay(1, (batch: RecordBatch) => offsets.push(batch.baseOffset))
  assert.deepEqual(offsets, [0, 1, 2])
  metadata.put('__consumer_offsets', [{}, { leader: -1, leaderEpoch: 1, partitionEpoch: 1 }, {}])
  await here.replicas.reconciled()
  assert.deepEqual(heard.slice(3), ['resigned 1 0'])
  await assert.rejects(topic.append(1, batchOf('d')), { code: 6 })
})
