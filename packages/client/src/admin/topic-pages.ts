// Topics by DescribeTopicPartitions, a page at a time (KIP-966): answers stay small however many partitions there are.

import { DescribeTopicPartitions, KafkaError, type ResponseOf } from '@samsa/protocol'
import type { OpenLink } from '../cluster/open-link.ts'
import type { Outcomes } from './results.ts'
import { operationsIn } from './operations.ts'
import { partitionDescription, type TopicDescription } from './topic-description.ts'

type Answer = ResponseOf<typeof DescribeTopicPartitions>

/** Where the next page begins. */
interface Cursor {
  readonly topicName: string
  readonly partitionIndex: number
}

/** Describes topics by name. */
export async function describePages(
  link: OpenLink,
  names: readonly string[],
): Promise<Outcomes<string, TopicDescription>> {
  const outcomes: Outcomes<string, TopicDescription> = new Map()
  let cursor: Cursor | null = null
  let rest = [...new Set(names)].sort()
  while (rest.length > 0) {
    const topics = rest.map((name) => ({ name }))
    const answer: Answer = await link.send(DescribeTopicPartitions, { topics, cursor })
    for (const topic of answer.topics) {
      const name = topic.name ?? ''
      if (topic.errorCode !== 0) {
        outcomes.set(name, KafkaError.of(topic.errorCode))
        continue
      }
      const known = outcomes.get(name)
      const before = known === undefined || known instanceof KafkaError ? [] : known.partitions
      outcomes.set(name, {
        name,
        topicId: topic.topicId,
        isInternal: topic.isInternal,
        partitions: [...before, ...topic.partitions.map(partitionDescription)],
        authorizedOperations: operationsIn(topic.topicAuthorizedOperations),
      })
    }
    const next: Cursor | null = answer.nextCursor
    if (next === null) break
    cursor = next
    rest = rest.filter((name) => name >= next.topicName)
  }
  return outcomes
}
