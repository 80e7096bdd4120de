// DescribeLogDirs (key 35): log directories, their free space, and how much each partition holds (KIP-113, KIP-827).

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
          { partitionIndex: number; partitionSize: number; offsetLag: number; isFutureKey: false }[]
        >()
        for (const log of directory.logs) {
          if (wanted && wanted.get(log.topic)?.has(log.partition) !== true) continue
          let partitions = byTopic.get(log.topic)
          if (partitions === undefined) byTopic.set(log.topic, (partitions = []))
          partitions.push({
            partitionIndex: log.partition,
            partitionSize: log.sizeInBytes,
            offsetLag: 0,
            isFutureKey: false,
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
