// AlterReplicaLogDirs (key 34): moves replicas between log directories. A replica that lies where it should is left
// alone; moving the bytes of one that does not is refused.

import { AlterReplicaLogDirs, KafkaError } from '@samsa/protocol'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settle } from './settle.ts'

/** Answers for every replica whether it lies in the directory. */
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
          const { errorCode } = settle({ partitionIndex }, () =>
            place(context, path, name, partitionIndex),
          )
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

function place(context: RequestContext, path: string, topic: string, index: number): object {
  context.authorize('Alter', 'Cluster', 'kafka-cluster')
  const directory = context.replicas.logs.directories().find((one) => one.path === path)
  if (directory === undefined) throw new KafkaError('LOG_DIR_NOT_FOUND', path)
  if (directory.isOffline) throw new KafkaError('KAFKA_STORAGE_ERROR', path)
  const partition = context.replicas.partition(topic, index)
  if (directory.logs.includes(partition.log)) return {}
  throw new KafkaError('INVALID_REQUEST', 'Replicas cannot be moved between directories.')
}
