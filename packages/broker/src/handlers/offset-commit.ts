// OffsetCommit (key 8): a group stores how far it has come. Every partition is answered for itself. Version 10 names
// topics by id.

import { OffsetCommit } from '@samsa/protocol'
import { answerTopics, checkTopic } from './committed-topics.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

export const offsetCommit = handle(
  OffsetCommit,
  async (request, context) => {
    const checked = request.topics.map((topic) => checkTopic(topic, context))
    const topics = checked.flatMap(({ commit }) => (commit === undefined ? [] : [commit]))
    const result = await settleAsync({}, async () => {
      context.authorize('Read', 'Group', request.groupId)
      const committed = await context.groups.commitOffsets({
        groupId: request.groupId,
        memberId: request.memberId,
        groupInstanceId: request.groupInstanceId,
        generationIdOrMemberEpoch: request.generationIdOrMemberEpoch,
        isTransactional: false,
        knowsMemberEpochs: context.version >= 9,
        retentionMs: request.retentionTimeMs,
        topics,
      })
      return { committed }
    })
    const committed = 'committed' in result ? result.committed : []
    return { topics: answerTopics(checked, committed, result.errorCode) }
  },
  { versions: [1, 10] },
)
