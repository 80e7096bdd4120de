// CreatePartitions (key 37): more partitions for topics. One answer per topic.

import { CreatePartitions, KafkaError } from '@samsa/protocol'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

/** Grows topics. */
export const createPartitions = handle(CreatePartitions, async (request, context) => {
  const count = new Map<string, number>()
  for (const { name } of request.topics) count.set(name, (count.get(name) ?? 0) + 1)
  const options = { validateOnly: request.validateOnly, timeoutMs: request.timeoutMs }
  const topics = new Map(request.topics.map((topic) => [topic.name, topic]))
  return {
    results: await Promise.all(
      [...topics.values()].map(({ name, count: partitionCount, assignments }) =>
        settleAsync({ name }, async () => {
          if (count.get(name) !== 1)
            throw new KafkaError('INVALID_REQUEST', 'Duplicate topic name.')
          context.authorize('Alter', 'Topic', name)
          const spec = {
            topic: name,
            partitionCount,
            ...(assignments === null
              ? {}
              : { assignments: assignments.map(({ brokerIds }) => brokerIds) }),
          }
          await context.controller.createPartitions(spec, options)
          return {}
        }),
      ),
    ),
  }
})
