// Operators see what replication does: in-sync sets that shrink and grow, bytes that are copied, replicas that are missing.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Broker } from './running-broker.ts'
import { startCluster } from './start-broker.ts'
import { batchOf, produce } from './testing/test-broker.ts'
import { connect, createAssigned, until } from './testing/test-cluster.ts'

function read({ metrics }: Broker, name: string): number {
  const found = metrics.samples().find((sample) => sample.name === name)
  assert.ok(found, name)
  const { instrument } = found
  if (instrument.kind === 'counter') return instrument.counter.value
  assert.equal(instrument.kind, 'gauge')
  return instrument.kind === 'gauge' ? instrument.read() : -1
}

const manager = 'kafka_server_replicamanager'
const topics = 'kafka_server_brokertopicmetrics'

test('what is copied is counted on both sides, and so is who leaves the in-sync set', async () => {
  const settings = { 'min.insync.replicas': 2, 'auto.leader.rebalance.enable': false }
  await using cluster = await startCluster({ brokers: 2, settings })
  const [leader, follower] = cluster.brokers
  assert.ok(leader && follower)
  await using connection = await connect(leader)
  const assignments = [{ partitionIndex: 0, brokerIds: [1, 2] }]
  await createAssigned(connection, 'orders', assignments)
  const records = batchOf('a')
  assert.equal((await produce(connection, 'orders', records)).errorCode, 0)
  assert.equal(read(leader, `${topics}_replicationbytesout_total`), records.length)
  assert.equal(read(follower, `${topics}_replicationbytesin_total`), records.length)
  assert.equal(read(follower, 'kafka_server_replicafetchermanager_maxlag'), 0)
  assert.equal(read(leader, `${manager}_underminisrpartitioncount`), 0)
  assert.equal(read(leader, `${manager}_atminisrpartitioncount`), 1)
  assert.equal(read(leader, `${manager}_offlinereplicacount`), 0)
  assert.equal(read(leader, `${manager}_isrshrinks_total`), 0)
  await follower.close()
  await until(() => read(leader, `${manager}_isrshrinks_total`) === 1)
  assert.equal(read(leader, `${manager}_underminisrpartitioncount`), 1)
  assert.equal(read(leader, `${manager}_underreplicatedpartitions`), 1)
})
