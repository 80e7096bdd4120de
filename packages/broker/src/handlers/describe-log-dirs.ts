// DescribeLogDirs (key 35): log directories, their free space, and how much each partition holds (KIP-113, KIP-827).

import { DescribeLogDirs, errorCode } from '@samsa/protocol'
import { handle } from './handle.ts'

/** Describes log directories. */
export const describeLogDirs = handle(
  DescribeLogDirs,
  async (request, { replicas, version, isAuthorized }) => {
    if (!isAuthorized('Describe', 'Cluster', 'kafka-cluster')) {
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
        for (const { log } of replicas.partitions()) {
          if (log.directory !== directory.path) continue
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
        const space = version >= 4 ? await replicas.logs.space(directory.path) : undefined
        return {
          logDir: directory.path,
          topics: Array.from(byTopic, ([name, partitions]) => ({ name, partitions })),
          ...(space === undefined
            ? {}
            : { totalBytes: BigInt(space.totalBytes), usableBytes: BigInt(space.usableBytes) }),
        }
      }),
    )
    return { results }
  },
  { versions: [1, 4] },
)
