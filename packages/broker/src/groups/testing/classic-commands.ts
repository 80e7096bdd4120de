// The commands of classic members: join, sync, heartbeat, leave.

import { errorName } from '@samsa/protocol'
import { showAssignment } from './record-lines.ts'
import type { Command } from './group-stage.ts'

/** A subscription of the consumer protocol, version 0. */
function subscription(topics: readonly string[]): Buffer {
  const names = topics.map((topic) => {
    const name = Buffer.from(topic)
    const length = Buffer.alloc(2)
    length.writeInt16BE(name.length)
    return Buffer.concat([length, name])
  })
  const head = Buffer.alloc(6)
  head.writeInt32BE(topics.length, 2)
  return Buffer.concat([head, ...names, Buffer.from([0xff, 0xff, 0xff, 0xff])])
}

const isProtocol = (word: string): boolean => word.includes(':')

export const classicCommands: Readonly<Record<string, Command>> = {
  join: (stage, [groupId = '', ...words], options, client) => {
    client.instanceId = options.get('instance') ?? client.instanceId
    const version = Number(options.get('version') ?? 9)
    const protocols = words.filter(isProtocol).map((word) => {
      const [name = '', topics = ''] = word.split(':')
      return { name, metadata: subscription(topics.split(',').filter((topic) => topic !== '')) }
    })
    const answer = stage.coordinator.joinGroup({
      groupId,
      memberId: options.get('member') ?? client.memberId,
      groupInstanceId: client.instanceId,
      protocolType: options.get('type') ?? 'consumer',
      protocols,
      sessionTimeoutMs: Number(options.get('session') ?? 10_000),
      rebalanceTimeoutMs: Number(options.get('rebalance') ?? 60_000),
      reason: options.get('reason') ?? null,
      clientId: client.name,
      clientHost: '/10.0.0.1',
      requiresKnownMemberId: version >= 4,
      supportsSkippingAssignment: version >= 9,
    })
    stage.expect(`${client.name} join`, answer, (joined) => {
      stage.call(joined.memberId, client.name)
      if (joined.memberId !== '') client.memberId = joined.memberId
      if (joined.errorCode !== 0) return errorName(joined.errorCode)
      client.generationId = joined.generationId
      const members = joined.members.map(({ memberId }) => memberId).join(' ')
      const skip = joined.skipAssignment ? ' skip-assignment' : ''
      const { generationId, protocolName, leader } = joined
      return `generation ${generationId} ${protocolName} leader ${leader} [${members}]${skip}`
    })
  },
  sync: (stage, [groupId = ''], options, client) => {
    const assign = options.get('assign') ?? ''
    const assignments = assign.split(';').flatMap((each) => {
      const [name = '', value = ''] = each.split(':')
      if (name === '') return []
      return [{ memberId: stage.client(name).memberId, assignment: Buffer.from(value) }]
    })
    const answer = stage.coordinator.syncGroup({
      groupId,
      generationId: Number(options.get('generation') ?? client.generationId),
      memberId: client.memberId,
      groupInstanceId: client.instanceId,
      protocolType: 'consumer',
      protocolName: options.get('protocol') ?? null,
      assignments,
    })
    stage.expect(`${client.name} sync`, answer, ({ errorCode, assignment }) =>
      errorCode === 0 ? `[${showAssignment(assignment)}]` : errorName(errorCode),
    )
  },
  heartbeat: (stage, [groupId = ''], options, client) => {
    const answer = stage.coordinator.heartbeat({
      groupId,
      generationId: Number(options.get('generation') ?? client.generationId),
      memberId: client.memberId,
      groupInstanceId: client.instanceId,
    })
    stage.expect(`${client.name} heartbeat`, answer, () => 'ok')
  },
  leave: (stage, [groupId = ''], options, client) => {
    const memberId = options.get('member') ?? client.memberId
    const groupInstanceId = options.get('instance') ?? client.instanceId
    const reason = options.get('reason') ?? null
    const leaving = [{ memberId, groupInstanceId, reason }]
    stage.expect(`${client.name} leave`, stage.coordinator.leaveGroup(groupId, leaving), (left) =>
      left.map(({ errorCode }) => (errorCode === 0 ? 'ok' : errorName(errorCode))).join(' '),
    )
  },
}
