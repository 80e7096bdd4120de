// DescribeLogDirs (key 35): log directories, their free space, and how much each partition holds (KIP-113, KIP-827).
// Copies on their way to another directory have rows of their own.

import type { PartitionLog } from '@samsa/log'
import { DescribeLogDirs, errorCode } from '@samsa/protocol'
import { handle } from './handle.ts'

/** Describes log directories. */
export const describeLogDirs = handle(
  DescribeLogDirs,
  async (request, context) => {
    const { replicas, version, world } = context
    if (!context.isAuthorized('Describe', 'Cluster', 'kafka-cluster')) {
      return { errorCode: errorCode('CLUSTER_AUTHORIZATION_FAILED'), results: [] }
    }
    const wanted =
      request.topics &&
      new Map(request.topics.map(({ topic, partitions }) => [topic, new Set(partitions)]))
    const results = await Promise.all(
      replicas.logs.directories().map(async (directory) => {
        if (directory.isOffline) {
          const offline = errorCode('KAFKA_STORAGE_ERROR')
          return { errorCode: offline, logDir: directory.path, topics: [] }
        }
        const byTopic = new Map<
          string,
          {
            partitionIndex: number
            partitionSize: number
            offsetLag: number
            isFutureKey: boolean
          }[]
        >()
        for (const log of [...directory.logs, ...directory.futures]) {
          if (wanted && wanted.get(log.topic)?.has(log.partition) !== true) continue
          let partitions = byTopic.get(log.topic)
          if (partitions === undefined) byTopic.set(log.topic, (partitions = []))
          const isFutureKey = directory.futures.includes(log)
          const current = replicas.logs.log(log.topic, log.partition)
          partitions.push({
            partitionIndex: log.partition,
            partitionSize: log.sizeInBytes,
            offsetLag: isFutureKey ? lagBehind(log, current) : 0,
            isFutureKey,
          })
        }
        // The size of the whole file system is not known to the world's disk: -1, as Kafka says it (KIP-827).
        const usable = version < 4 ? -1 : await world.disk.freeBytes(directory.path)
        return {
          logDir: directory.path,
          topics: Array.from(byTopic, ([name, partitions]) => ({ name, partitions })),
          ...(usable === -1 ? {} : { usableBytes: BigInt(usable) }),
        }
      }),
    )
    return { results }
  },
  { versions: [1, 5] },
)

/** How much of a log is still to be copied; -1 when it has no log to replace any more. */
function lagBehind(future: PartitionLog, current: PartitionLog | undefined): number {
  return current === undefined ? -1 : current.logEndOffset - future.logEndOffset
}
