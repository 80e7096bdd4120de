// The doctor: what it finds in facts, and what it says of a live broker.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBroker } from '@samsa/broker'
import type { LogDirectory, PartitionDescription } from '@samsa/client'
import { KafkaError } from '@samsa/protocol'
import { samsaRun } from '../../testing/samsa-run.ts'
import type { DeepFacts, QuickFacts } from './facts.ts'
import { type Finding, judgeAddresses, judgeCluster, worstOf } from './findings.ts'
import type { Reached } from './reach.ts'

const reached: Reached = {
  host: '127.0.0.1',
  port: 9092,
  brokerId: 1,
  connectMs: 1,
  error: undefined,
}
const quick: QuickFacts = { brokers: [{ brokerId: 1 }], controllerId: 1, advertised: [reached] }
const partition: PartitionDescription = {
  partition: 0,
  leaderId: 1,
  leaderEpoch: 0,
  replicas: [1, 2, 3],
  inSyncReplicas: [1, 2, 3],
  offlineReplicas: [],
  eligibleLeaderReplicas: undefined,
  lastKnownEligibleLeaderReplicas: undefined,
}
const directory: LogDirectory = {
  path: '/data',
  error: undefined,
  replicas: [],
  totalBytes: 1e12,
  usableBytes: 5e11,
}
const deep: DeepFacts = {
  topics: [{ name: 'orders', partitions: [partition], minInSyncReplicas: 2 }],
  directories: new Map([[1, [directory]]]),
  groups: [{ groupId: 'analysts', state: 'Stable', memberCount: 1, lag: 5 }],
  hanging: [],
  newest: { topic: 'orders', partition: 0, timestamp: 1_000_000 },
  nowMs: 1_000_500,
  openFilesMax: 100_000,
}

/** What is not as it should be, as level and check. */
function complaints(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ level }) => level !== 'ok')
    .map(({ level, check, advice }) => {
      assert.ok(advice !== undefined && advice !== '', `${check} says what to do`)
      return `${level}: ${check}`
    })
}

function withPartition(change: Partial<PartitionDescription>): DeepFacts {
  const topics = [
    { name: 'orders', partitions: [{ ...partition, ...change }], minInSyncReplicas: 2 },
  ]
  return { ...deep, topics }
}

test('a healthy cluster has nothing to complain of', () => {
  const findings = judgeCluster(quick, deep)
  assert.deepEqual(complaints(findings), [])
  assert.equal(worstOf(findings), 'ok')
})

test('records of the future show that a clock is wrong', () => {
  const findings = judgeCluster(quick, { ...deep, nowMs: 1_000_000 - 3_600_000 })
  assert.deepEqual(complaints(findings), ['warning: time'])
  assert.match(findings.find(({ check }) => check === 'time')?.message ?? '', /orders-0 .* 60 min/)
})

test('a disk whose size is not told is judged by what is free', () => {
  const withRoom = (usableBytes: number): string[] => {
    const unsized = { ...directory, totalBytes: undefined, usableBytes }
    return complaints(judgeCluster(quick, { ...deep, directories: new Map([[1, [unsized]]]) }))
  }
  assert.deepEqual(withRoom(9e9), [])
  assert.deepEqual(withRoom(3e9), ['warning: disk of broker 1, /data'])
  assert.deepEqual(withRoom(3e8), ['problem: disk of broker 1, /data'])
})

test('one address that answers is enough, none is a problem', () => {
  const dead = { ...reached, error: 'ECONNREFUSED' }
  assert.deepEqual(complaints(judgeAddresses([reached, dead])), ['warning: address 127.0.0.1:9092'])
  assert.equal(worstOf(judgeAddresses([dead])), 'problem')
})

test('an advertised address that cannot be reached is a problem, as is no controller', () => {
  const advertised = [{ ...reached, host: 'inside.example', error: 'ENOTFOUND' }]
  const findings = judgeCluster({ ...quick, advertised, controllerId: undefined })
  assert.deepEqual(complaints(findings), ['problem: broker 1', 'problem: controller'])
})

test('partitions: without leader, below the minimum, under-replicated, impossible', () => {
  const judged = (facts: DeepFacts): string[] => complaints(judgeCluster(quick, facts))
  assert.deepEqual(judged(withPartition({ leaderId: undefined })), ['problem: leaders'])
  assert.deepEqual(judged(withPartition({ inSyncReplicas: [1] })), ['problem: in-sync replicas'])
  assert.deepEqual(judged(withPartition({ inSyncReplicas: [1, 2] })), ['warning: in-sync replicas'])
  const alone = withPartition({ replicas: [1], inSyncReplicas: [1] })
  assert.deepEqual(judged(alone), ['warning: min.insync.replicas'])
})

test('disks that failed or are nearly full', () => {
  const judged = (one: Partial<LogDirectory>): string[] =>
    complaints(
      judgeCluster(quick, { ...deep, directories: new Map([[1, [{ ...directory, ...one }]]]) }),
    )
  const check = 'disk of broker 1, /data'
  assert.deepEqual(judged({ usableBytes: 1e11 }), [`warning: ${check}`])
  assert.deepEqual(judged({ usableBytes: 1e10 }), [`problem: ${check}`])
  const error = new KafkaError('KAFKA_STORAGE_ERROR')
  assert.deepEqual(judged({ error }), [`problem: ${check}`])
  assert.deepEqual(judged({ totalBytes: undefined, usableBytes: undefined }), [])
})

test('groups that nobody reads, transactions that hang, few open files', () => {
  const hang = {
    topic: 'orders',
    partition: 0,
    producerId: 1,
    producerEpoch: 0,
    coordinatorEpoch: 0,
    startOffset: 3,
    lastTimestamp: 0,
  }
  const groups = [{ groupId: 'left', state: 'Empty', memberCount: 0, lag: 9 }]
  const findings = judgeCluster(quick, { ...deep, groups, hanging: [hang], openFilesMax: 1024 })
  const expected = ['warning: group left', 'problem: transactions', 'warning: open files']
  assert.deepEqual(complaints(findings), expected)
})

test('a live broker is examined, and where there is none it says so', async () => {
  await using broker = await startBroker({ memory: true })
  const brokers = broker.bootstrapServers
  await samsaRun(['produce', 'orders'], { brokers, input: 'a\nb\n' })
  await samsaRun(['consume', 'orders', '--group', 'left', '--count', '1'], { brokers })
  const run = await samsaRun(['doctor'], { brokers })
  assert.deepEqual([run.exitCode, run.errors], [0, ''])
  assert.match(run.text, new RegExp(`^ok +address ${brokers}: reached in`))
  assert.match(run.text, /\nwarning +group left: nobody reads, and it is 1 record behind\n/)
  const quickly = await samsaRun(['doctor', '--quick', '--json'], { brokers })
  const checks = quickly.json<Finding[]>().map(({ check }) => check)
  assert.deepEqual(checks, [`address ${brokers}`, `broker ${broker.brokerId}`, 'controller'])

  const nobody = await samsaRun(['doctor', '--quick', '-b', '127.0.0.1:1'])
  assert.equal(nobody.exitCode, 1)
  assert.match(nobody.text, /^problem +address 127\.0\.0\.1:1: ECONNREFUSED\n/)
})
