// The stories of our client, with a broker in this process.

import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { test } from 'node:test'
import { startBroker, startCluster } from '@samsa/broker'
import { connect, type ProcessTrace, type RequestTrace, type SendTrace, topic } from '@samsa/client'
import { KafkaConnection } from '@samsa/network'
import { BatchBuilder, InitProducerId, Produce } from '@samsa/protocol'
import { nodeNetwork } from '@samsa/world/node'
import { Checks } from '../runner/suite.ts'
import { soon } from './story.ts'
import { settings, stories } from './suite.ts'

for (const [name, story] of Object.entries(stories)) {
  test(`client: ${name}`, { timeout: 30_000 }, async () => {
    await using broker = await startBroker({ memory: true, settings })
    const checks = new Checks()
    await story({ bootstrap: broker.bootstrapServers, prefix: '', checks })
    const { failures, passed } = checks.result()
    assert.deepEqual(failures, [])
    assert.ok(passed > 0)
  })
}

test('a broker of this process is taken as it is', async () => {
  await using broker = await startBroker({ memory: true, settings })
  await using kafka = connect({ broker })
  const { clusterId } = await kafka.admin().cluster.describe()
  assert.equal(clusterId, broker.clusterId)
})

test('whoever listens hears of sends, requests and records, and adds headers', async () => {
  await using broker = await startBroker({ memory: true, settings })
  await using kafka = connect({ broker })
  const heard: string[] = []
  const onSend = (trace: unknown): void => {
    const { topic: name, recordCount, headers } = trace as SendTrace
    heard.push(`send ${name} ${recordCount}`)
    headers.push(['traceparent', 'the send'])
  }
  const onProcess = (trace: unknown): void => {
    const told = trace as ProcessTrace
    const { record } = told
    heard.push(`process ${record.offset} ${record.headers[0]?.value?.toString()}`)
    told.within = (work) => {
      heard.push('within')
      return work()
    }
  }
  const apis = new Set<string>()
  const onRequest = (trace: unknown): void => void apis.add((trace as RequestTrace).api)
  subscribe('tracing:samsa:client:send:start', onSend)
  subscribe('tracing:samsa:client:process:start', onProcess)
  subscribe('tracing:samsa:client:request:asyncEnd', onRequest)
  const log = topic('heard')
  await kafka.producer().send(log, { key: null, value: Buffer.from('x'), partition: 0 })
  await using consumer = kafka.consumer<typeof log>()
  consumer.assign([{ topic: log, partition: 0, from: 'earliest' }])
  const end = new AbortController()
  const handle = (): void => {
    heard.push('handler')
    end.abort()
  }
  await consumer.run(handle, { signal: end.signal }).catch(() => {})
  unsubscribe('tracing:samsa:client:send:start', onSend)
  unsubscribe('tracing:samsa:client:process:start', onProcess)
  unsubscribe('tracing:samsa:client:request:asyncEnd', onRequest)
  assert.deepEqual(heard, ['send heard 1', 'process 0 the send', 'within', 'handler'])
  assert.ok(apis.has('Produce') && apis.has('Metadata'), [...apis].join())
  assert.match(
    kafka.metrics(),
    /kafka_client_request_latency_ms_count\{.*request="Produce".*\} 1\n/,
  )
})

test('admin calls find leaders and coordinators on three brokers', async () => {
  const options = {
    memory: true,
    brokers: 3,
    settings: { ...settings, 'offsets.topic.num.partitions': 6 },
  }
  await using cluster = await startCluster(options)
  await using kafka = connect({ broker: cluster })
  const admin = kafka.admin()
  await admin.topics.create([{ name: 'wide', partitions: 6, replicationFactor: 3 }])
  const wide = (await admin.topics.describe(['wide'])).get('wide')
  const leaders = new Set(wide?.partitions.map(({ leaderId }) => leaderId))
  assert.equal(leaders.size, 3, [...leaders].join())
  const log = topic('wide')
  const places = [0, 1, 2, 3, 4, 5].map((partition) => ({ topic: 'wide', partition }))
  const records = places.map(({ partition }) => ({ key: null, value: Buffer.from('x'), partition }))
  await kafka.producer().sendAll(log, records)
  const ends = await admin.records.offsets(places.map((place) => ({ ...place, at: 'latest' })))
  assert.deepEqual(
    [...ends.values()].map(({ offset }) => offset),
    [1, 1, 1, 1, 1, 1],
  )
  const groupIds = Array.from({ length: 12 }, (_, i) => `group-${i}`)
  for (const groupId of groupIds) {
    await admin.groups.alterOffsets(groupId, [{ topic: 'wide', partition: 0, offset: 1 }])
  }
  const listed = await admin.groups.list()
  assert.equal(listed.length, 12)
  assert.equal(new Set(listed.map(({ coordinatorId }) => coordinatorId)).size, 3)
  const described = await admin.groups.describe(groupIds)
  assert.equal(described.size, 12)
  const directories = await admin.replicas.logDirectories([1, 2, 3])
  const replicas = [...directories.values()].flat().flatMap((directory) => directory.replicas)
  assert.equal(replicas.filter((replica) => replica.topic === 'wide').length, 18)
})

test('members of a group read on when the brokers of a cluster are restarted', async () => {
  const options = { memory: true, brokers: 3, settings }
  await using cluster = await startCluster(options)
  await using kafka = connect({ broker: cluster })
  const log = topic('restarted')
  await kafka.admin().topics.create([{ name: 'restarted', partitions: 1, replicationFactor: 3 }])
  const producer = kafka.producer()
  const group = { autoOffsetReset: 'earliest', heartbeatIntervalMs: 100 } as const
  const reading = (['classic', 'consumer'] as const).map((groupProtocol) => {
    const member = { ...group, group: `g-${groupProtocol}`, topics: [log], groupProtocol }
    return kafka.consumer<typeof log>(member).records()
  })
  for (const { brokerId } of [...cluster.brokers]) {
    const { offset } = await producer.send(log, { key: null, value: null, partition: 0 })
    for (const records of reading) assert.equal((await records.next()).value?.offset, offset)
    await cluster.restart(brokerId)
  }
  const { offset } = await producer.send(log, { key: null, value: null, partition: 0 })
  for (const records of reading) assert.equal((await records.next()).value?.offset, offset)
})

/** Leaves a transaction open that its coordinator does not know: its records come as an old client's that never added them. */
async function hang(bootstrap: string, name: string, transactionalId: string): Promise<number> {
  const [host = '', port = ''] = bootstrap.split(':')
  await using broker = await KafkaConnection.open(nodeNetwork, { host, port: Number(port) })
  const transactionTimeoutMs = 60_000
  // The first answer may say that the coordinator is not ready yet.
  const init = await soon(
    () => broker.send(InitProducerId, 4, { transactionalId, transactionTimeoutMs }),
    ({ errorCode }) => errorCode === 0,
  )
  const { producerId, producerEpoch } = init
  const builder = new BatchBuilder()
  builder.append(Date.now() - 3_600_000, null, Buffer.from('never ended'))
  const records = builder.build({
    ...{ producerId, producerEpoch, baseSequence: 0 },
    isTransactional: true,
  })
  const write = async () => {
    const topicData = [{ name, partitionData: [{ index: 0, records }] }]
    const request = { transactionalId, acks: -1, timeoutMs: 5000, topicData }
    const { responses } = await broker.send(Produce, 9, request)
    return responses[0]?.partitionResponses[0]?.errorCode
  }
  await soon(write, (errorCode) => errorCode === 0)
  return producerId
}

test('a transaction that its coordinator does not know is found, and ended by hand', async () => {
  const own = { ...settings, 'transaction.partition.verification.enable': 'false' }
  await using broker = await startBroker({ memory: true, settings: own })
  await using kafka = connect({ broker })
  const admin = kafka.admin()
  await admin.topics.create([{ name: 'held', partitions: 1, replicationFactor: 1 }])
  // The first to ask for a coordinator has its log made.
  await kafka.producer({ transactionalId: 'other' }).transaction(() => {})
  const producerId = await hang(broker.bootstrapServers, 'held', 'lost')
  const question = { topics: ['held'], openLongerThanMs: 60_000 }
  const found = await admin.transactions.findHanging(question)
  const [one] = found
  assert.ok(one !== undefined && found.length === 1)
  assert.deepEqual([one.partition, one.producerId, one.startOffset], [0, producerId, 0])
  await admin.transactions.abort([one])
  assert.deepEqual(await admin.transactions.findHanging(question), [])
})
