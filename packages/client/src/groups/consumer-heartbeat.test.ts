// What a KIP-848 member says, and what it need not say again.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brokerPattern, HeartbeatFields } from './consumer-heartbeat.ts'
import type { GroupPlan } from './membership.ts'

const plan: GroupPlan = {
  groupId: 'g',
  groupInstanceId: undefined,
  protocol: 'consumer',
  assignors: [],
  remoteAssignor: 'range',
  rackId: 'east',
  sessionTimeoutMs: 45_000,
  heartbeatIntervalMs: 3000,
  maxPollIntervalMs: 300_000,
  defaultApiTimeoutMs: 60_000,
  mayCreateTopics: true,
}
const owned = [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAg', partitions: [1, 2] }]
const member = { memberId: 'm', memberEpoch: 3, subscription: ['a', 'b'], owned }
const base = { groupId: 'g', memberId: 'm', memberEpoch: 3, instanceId: null }

test('joining says everything, later heartbeats what has changed', () => {
  const fields = new HeartbeatFields(plan)
  const joining = { ...member, memberEpoch: 0, owned: [] }
  assert.deepEqual(fields.request(joining), {
    ...base,
    memberEpoch: 0,
    rackId: 'east',
    rebalanceTimeoutMs: 300_000,
    serverAssignor: 'range',
    subscribedTopicNames: ['a', 'b'],
    topicPartitions: [],
  })
  fields.heard(joining)
  assert.deepEqual(fields.request(member), { ...base, topicPartitions: owned })
  assert.ok(fields.hasNews(member))
  fields.heard(member)
  assert.deepEqual(fields.request(member), base)
  assert.equal(fields.hasNews(member), false)
  const changed = { ...member, subscription: ['a'] }
  assert.deepEqual(fields.request(changed), { ...base, subscribedTopicNames: ['a'] })
})

test('after a doubt everything is said again', () => {
  const fields = new HeartbeatFields(plan)
  fields.heard(member)
  fields.forget()
  const { subscribedTopicNames, topicPartitions, rackId } = fields.request(member)
  assert.deepEqual([subscribedTopicNames, topicPartitions, rackId], [['a', 'b'], owned, 'east'])
})

test('a pattern takes the place of names, and names that of a pattern', () => {
  const fields = new HeartbeatFields(plan)
  const byPattern = { ...member, subscription: { pattern: 'a.*' } }
  fields.heard(member)
  const said = fields.request(byPattern)
  assert.deepEqual([said.subscribedTopicNames, said.subscribedTopicRegex], [[], 'a.*'])
  fields.heard(byPattern)
  assert.equal(fields.request(member).subscribedTopicRegex, '')
})

test('who leaves says no more than that', () => {
  const fields = new HeartbeatFields(plan)
  assert.deepEqual(fields.request({ ...member, memberEpoch: -1 }), { ...base, memberEpoch: -1 })
})

test("brokers match whole names, JavaScript's patterns parts of them", () => {
  assert.equal(brokerPattern(/^orders-\d$/), '.*(?:^orders-\\d$).*')
  assert.equal(brokerPattern(/orders/i), '(?i).*(?:orders).*')
})
