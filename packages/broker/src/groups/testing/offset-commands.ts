// The commands about offsets and about groups as a whole.

import { errorName } from '@samsa/protocol'
import type { TopicCommit } from '../offsets/offset-commit.ts'
import { showAssignment } from './record-lines.ts'
import type { Command, Stage } from './group-stage.ts'

/** `topic/0` or `topic/0@5`. */
function parsePartition(word: string): { topic: string; partition: number; offset: number } {
  const [place = '', offset = '-1'] = word.split('@')
  const [topic = '', partition = '0'] = place.split('/')
  return { topic, partition: Number(partition), offset: Number(offset) }
}

function commits(stage: Stage, words: readonly string[], metadata: string | null): TopicCommit[] {
  return words.map((word) => {
    const { topic, partition, offset } = parsePartition(word)
    return {
      topic,
      topicId: stage.metadata.view.topic(topic)?.topicId,
      partitions: [{ partition, offset, leaderEpoch: -1, metadata, commitTimestampMs: -1 }],
    }
  })
}

const codes = (
  topics: readonly { readonly partitions: readonly { readonly errorCode: number }[] }[],
): string =>
  topics
    .flatMap(({ partitions }) => partitions)
    .map(({ errorCode }) => (errorCode === 0 ? 'ok' : errorName(errorCode)))
    .join(' ')

export const offsetCommands: Readonly<Record<string, Command>> = {
  commit: (stage, [groupId = '', ...words], options, client) => {
    const producerId = Number(options.get('producer') ?? -1)
    const request = {
      groupId,
      memberId: options.get('member') ?? client.memberId,
      groupInstanceId: client.instanceId,
      generationIdOrMemberEpoch: Number(options.get('generation') ?? client.generationId),
      knowsMemberEpochs: Number(options.get('version') ?? 9) >= 9,
      retentionMs: Number(options.get('retention') ?? -1),
      topics: commits(stage, words, options.get('metadata') ?? null),
    }
    const committed =
      producerId === -1
        ? stage.coordinator.commitOffsets({ ...request, isTransactional: false })
        : stage.coordinator.commitTransactional({ ...request, producerId, producerEpoch: 0 })
    stage.expect(`${client.name} commit`, committed, codes)
  },
  end: (stage, [groupId = '', outcome = 'commit'], options) => {
    const ended = stage.coordinator.completeTransaction({
      partition: stage.coordinator.partitionFor(groupId),
      producerId: Number(options.get('producer') ?? -1),
      producerEpoch: 0,
      coordinatorEpoch: 0,
      isCommit: outcome === 'commit',
    })
    stage.expect('end', ended, () => 'ok')
  },
  fetch: (stage, [groupId = '', ...words], options, client) => {
    const isMember = options.has('epoch')
    const fetched = stage.coordinator.fetchOffsets({
      groupId,
      topics: words.includes('*')
        ? null
        : words.map(parsePartition).map((each) => ({ ...each, partitions: [each.partition] })),
      requireStable: options.get('stable') === 'yes',
      topicIds: new Map(),
      memberId: isMember ? client.memberId : null,
      memberEpoch: Number(options.get('epoch') ?? -1),
    })
    stage.expect('fetch', fetched, (topics) =>
      topics
        .flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, committedOffset, metadata, errorCode }) => {
            const value = errorCode === 0 ? committedOffset : errorName(errorCode)
            return `${topic}/${partition}@${value}${metadata === '' ? '' : `'${metadata}'`}`
          }),
        )
        .join(' '),
    )
  },
  forget: (stage, [groupId = '', ...words]) => {
    const topics = words
      .map(parsePartition)
      .map(({ topic, partition }) => ({ topic, partitions: [partition] }))
    stage.expect('forget', stage.coordinator.deleteOffsets({ groupId, topics }), codes)
  },
  list: (stage, _words, options) => {
    const filter = (name: string): string[] => options.get(name)?.split(',') ?? []
    const listed = stage.coordinator.listGroups({ states: filter('state'), types: filter('type') })
    stage.expect('list', listed, ({ groups }) =>
      groups
        .map((each) => `${each.groupId} ${each.groupType} ${each.protocolType} ${each.groupState}`)
        .join(', '),
    )
  },
  describe: (stage, [groupId = '']) => {
    stage.expect('describe', stage.coordinator.describeClassicGroup(groupId), (group) => {
      const members = group.members.map(
        (each) => `${each.memberId}=${showAssignment(each.memberAssignment)}`,
      )
      return `${group.groupState} '${group.protocolData}' [${members.join(' ')}]`
    })
  },
  delete: (stage, [groupId = '']) => {
    stage.expect('delete', stage.coordinator.deleteGroup(groupId), () => 'ok')
  },
  explain: (stage, [groupId = '']) => {
    for (const event of stage.coordinator.explain(groupId)) {
      const { kind, memberId = '', request = '', reason } = event
      stage.say(
        `explain: ${[kind, memberId, request, reason].filter((part) => part !== '').join(' | ')}`,
      )
    }
  },
}
