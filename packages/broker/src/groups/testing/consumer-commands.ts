// The commands of members of the consumer protocol: meet (join), beat (live), part (leave); and a look at the group.

import type { PartitionLists } from '../consumer/assignment.ts'
import type { ConsumerHeartbeat } from '../consumer/messages.ts'
import type { Command, Stage, StageClient } from './group-stage.ts'

/** `t/0,1;u/2` as lists by topic id. */
function parseLists(stage: Stage, text: string): PartitionLists {
  return text
    .split(';')
    .filter((part) => part !== '')
    .map((part) => {
      const [topic = '', partitions = ''] = part.split('/')
      const topicId = stage.metadata.view.topic(topic)?.topicId ?? ''
      return { topicId, partitions: partitions.split(',').map(Number) }
    })
}

/** Lists as `t/0,1 u/2`. */
function showLists(stage: Stage, lists: PartitionLists): string {
  return lists
    .map(({ topicId, partitions }) => `${stage.metadata.nameOf(topicId)}/${partitions.join(',')}`)
    .sort()
    .join(' ')
}

function send(
  stage: Stage,
  client: StageClient,
  change: Partial<ConsumerHeartbeat> & { readonly groupId: string },
): void {
  const heartbeat = stage.coordinator.consumerHeartbeat({
    clientId: client.name,
    clientHost: '/10.0.0.1',
    memberId: client.name,
    memberEpoch: client.generationId,
    instanceId: client.instanceId,
    rackId: null,
    rebalanceTimeoutMs: -1,
    subscribedTopicNames: null,
    subscribedTopicRegex: null,
    serverAssignor: null,
    owned: null,
    mayDescribe: (topic) => topic !== 'secret',
    ...change,
  })
  stage.expect(client.name, heartbeat, ({ memberEpoch, assignment }) => {
    client.generationId = memberEpoch
    const shown = assignment === null ? 'as before' : `[${showLists(stage, assignment)}]`
    return `epoch ${memberEpoch} ${shown}`
  })
}

function changeOf(options: ReadonlyMap<string, string>): Partial<ConsumerHeartbeat> {
  const topics = options.get('topics')?.split(',')
  return {
    ...(topics === undefined ? {} : { subscribedTopicNames: topics.filter((name) => name !== '') }),
    ...(options.has('regex') ? { subscribedTopicRegex: options.get('regex') ?? '' } : {}),
    ...(options.has('assignor') ? { serverAssignor: options.get('assignor') ?? '' } : {}),
    ...(options.has('rack') ? { rackId: options.get('rack') ?? '' } : {}),
    ...(options.has('epoch') ? { memberEpoch: Number(options.get('epoch')) } : {}),
  }
}

export const consumerCommands: Readonly<Record<string, Command>> = {
  meet: (stage, [groupId = ''], options, client) => {
    client.instanceId = options.get('instance') ?? client.instanceId
    client.memberId = client.name
    const joining = { memberEpoch: 0, rebalanceTimeoutMs: 60_000, owned: [] }
    send(stage, client, {
      groupId,
      ...joining,
      instanceId: client.instanceId,
      ...changeOf(options),
    })
  },
  beat: (stage, [groupId = ''], options, client) => {
    const owned = options.get('owned')
    const owns = owned === undefined ? {} : { owned: parseLists(stage, owned) }
    send(stage, client, { groupId, ...changeOf(options), ...owns })
  },
  part: (stage, [groupId = ''], options, client) => {
    send(stage, client, { groupId, memberEpoch: Number(options.get('epoch') ?? -1) })
  },
  inspect: (stage, [groupId = '']) => {
    stage.expect('inspect', stage.coordinator.describeConsumerGroup(groupId), (group) => {
      const members = group.members.map((member) => {
        const has = showLists(stage, member.assignment.topicPartitions)
        const target = showLists(stage, member.targetAssignment.topicPartitions)
        const kind = member.memberType === 0 ? 'classic ' : ''
        return `${kind}${member.memberId}@${member.memberEpoch} [${has}] of [${target}]`
      })
      const { groupState, groupEpoch, assignmentEpoch, assignorName } = group
      const head = `${groupState} epoch ${groupEpoch} assigned ${assignmentEpoch} ${assignorName}`
      return [head, ...members].join(', ')
    })
  },
}
