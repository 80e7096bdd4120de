// OffsetDelete (key 47): removes committed offsets of topics that the group does not read at the moment.

import { errorCode, OffsetDelete } from '@samsa/protocol'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

export const offsetDelete = handle(OffsetDelete, async (request, context) => {
  const refusals = request.topics.map(({ name, partitions }) => {
    const isAllowed = context.isAuthorized('Read', 'Topic', name)
    const topic = context.metadata.topic(name)
    return partitions.map(({ partitionIndex }) => {
      if (!isAllowed) return errorCode('TOPIC_AUTHORIZATION_FAILED')
      const exists = topic?.partitions[partitionIndex] !== undefined
      return exists ? 0 : errorCode('UNKNOWN_TOPIC_OR_PARTITION')
    })
  })
  const deleted = await settleAsync({}, async () => {
    context.authorize('Delete', 'Group', request.groupId)
    const topics = request.topics.map(({ name, partitions }, index) => ({
      topic: name,
      partitions: partitions.flatMap(({ partitionIndex }, at) =>
        refusals[index]?.[at] === 0 ? [partitionIndex] : [],
      ),
    }))
    return { topics: await context.groups.deleteOffsets({ groupId: request.groupId, topics }) }
  })
  if (!('topics' in deleted)) return { errorCode: deleted.errorCode, topics: [] }
  return {
    errorCode: 0,
    topics: request.topics.map(({ name, partitions }, index) => {
      const answers = deleted.topics[index]?.partitions.values()
      return {
        name,
        partitions: partitions.map(({ partitionIndex }, at) => {
          const refusal = refusals[index]?.[at] ?? 0
          const code = refusal === 0 ? (answers?.next().value?.errorCode ?? 0) : refusal
          return { partitionIndex, errorCode: code }
        }),
      }
    }),
  }
})
