// AlterReplicaLogDirs (key 34): moves replicas between the log directories of this broker (KIP-113). For a partition that
// is not here yet the directory is remembered, and REPLICA_NOT_AVAILABLE or UNKNOWN_TOPIC_OR_PARTITION says so.

import { AlterReplicaLogDirs, KafkaError } from '@samsa/protocol'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settleAsync } from './settle.ts'

/** Begins the moves and answers for every replica whether its move has begun. */
export const alterReplicaLogDirs = handle(
  AlterReplicaLogDirs,
  async (request, context) => {
    await context.replicas.reconciled()
    const byTopic = new Map<string, { partitionIndex: number; errorCode: number }[]>()
    for (const { path, topics } of request.dirs) {
      for (const { name, partitions } of topics) {
        let answers = byTopic.get(name)
        if (answers === undefined) byTopic.set(name, (answers = []))
        for (const partitionIndex of partitions) {
          const { errorCode } = await settleAsync({ partitionIndex }, async () => {
            await move(context, path, name, partitionIndex)
            return {}
          })
          answers.push({ partitionIndex, errorCode })
        }
      }
    }
    return {
      results: Array.from(byTopic, ([topicName, partitions]) => ({ topicName, partitions })),
    }
  },
  { versions: [1, 2] },
)

async function move(
  context: RequestContext,
  path: string,
  topic: string,
  index: number,
): Promise<void> {
  context.authorize('Alter', 'Cluster', 'kafka-cluster')
  const { replicas } = context
  const directory = replicas.logs.directories().find((one) => one.path === path)
  if (directory === undefined) throw new KafkaError('LOG_DIR_NOT_FOUND', path)
  if (directory.isOffline) throw new KafkaError('KAFKA_STORAGE_ERROR', path)
  if (replicas.logs.log(topic, index) === undefined) replicas.moves.prefer(topic, index, path)
  await replicas.moves.move(hosted(context, topic, index), path)
}

function hosted(context: RequestContext, topic: string, index: number): Hosted {
  try {
    return context.replicas.partition(topic, index)
  } catch (error) {
    // The name that the error had when the request came into being.
    const isElsewhere = error instanceof KafkaError && error.name === 'NOT_LEADER_OR_FOLLOWER'
    throw isElsewhere ? new KafkaError('REPLICA_NOT_AVAILABLE', error.message) : error
  }
}

type Hosted = ReturnType<RequestContext['replicas']['partition']>
