// Groups as members live them over the wire, where connections end in the middle of things.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { encodeRequest, type KafkaConnection } from '@samsa/network'
import { errorCode, Heartbeat, JoinGroup, SyncGroup } from '@samsa/protocol'
import { startTestBroker } from '../server/testing/test-broker.ts'

const groupId = 'watchers'
const settings = [
  'offsets.topic.num.partitions=1',
  'group.initial.rebalance.delay.ms=0',
  'group.min.session.timeout.ms=50',
]

function joining(memberId: string, sessionTimeoutMs: number) {
  const protocols = [{ name: 'range', metadata: Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) }]
  const timeouts = { sessionTimeoutMs, rebalanceTimeoutMs: 60_000 }
  return {
    groupId,
    ...timeouts,
    memberId,
    groupInstanceId: null,
    protocolType: 'consumer',
    protocols,
  }
}

/** A member that does what the answers ask for. */
class Member {
  readonly #client: KafkaConnection
  #memberId = ''
  #generationId = -1

  constructor(client: KafkaConnection) {
    this.#client = client
  }

  /** Joins and assigns nothing to everybody; resolves to the number of members. */
  async join(): Promise<number> {
    const joined = await this.#client.send(JoinGroup, 3, joining(this.#memberId, 30_000))
    assert.equal(joined.errorCode, 0)
    this.#memberId = joined.memberId
    this.#generationId = joined.generationId
    const synced = await this.#client.send(SyncGroup, 2, {
      groupId,
      generationId: joined.generationId,
      memberId: joined.memberId,
      assignments: [],
    })
    assert.equal(synced.errorCode, 0)
    return joined.members.length
  }

  /** Resolves when the group rebalances. */
  async disturbed(): Promise<void> {
    const { errorCode: code } = await this.#client.send(Heartbeat, 2, {
      groupId,
      generationId: this.#generationId,
      memberId: this.#memberId,
    })
    if (code === errorCode('REBALANCE_IN_PROGRESS')) return
    assert.equal(code, 0)
    await this.disturbed()
  }
}

for (const how of ['closes', 'half-closes'] as const) {
  test(`A member that ${how} its connection while it joins goes when its session ends`, async () => {
    await using broker = await startTestBroker(settings)
    await using client = await broker.connect()
    await broker.node.services.groups.coordinatorOf(groupId)
    await broker.node.services.groups.loaded()
    const member = new Member(client)
    assert.equal(await member.join(), 1)
    const socket = connect(broker.port, '127.0.0.1')
    await once(socket, 'connect')
    const frame = Buffer.concat(encodeRequest(JoinGroup, 3, joining('', 50), 1, 'short'))
    // As in Apache Kafka, the connection is not the member: it has joined, and only its session ends it.
    if (how === 'closes') socket.write(frame, () => socket.destroy())
    else socket.end(frame)
    await member.disturbed()
    assert.equal(await member.join(), 2)
    await member.disturbed()
    assert.equal(await member.join(), 1)
    socket.destroy()
  })
}
