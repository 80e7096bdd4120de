// ListOffsets (key 2): the offset that goes with a timestamp, or with one of Kafka's special ones: latest -1, earliest -2,
// largest timestamp -3 (version 7), earliest local -4 (8), latest tiered -5 (9), earliest pending upload -6 (11).

import { KafkaError, ListOffsets, type RequestOf, type ResponseInput } from '@samsa/protocol'
import {
  earliestLocalTimestamp,
  earliestPendingUploadTimestamp,
  latestTieredTimestamp,
  lookUpOffset,
  maxTimestamp,
  type Visibility,
} from '../replicas/offset-lookup.ts'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settleAsync } from './settle.ts'

type Request = RequestOf<typeof ListOffsets>
type PartitionRequest = Request['topics'][number]['partitions'][number]
type PartitionAnswer = ResponseInput<typeof ListOffsets>['topics'][number]['partitions'][number]

/** First version that knows each special timestamp. */
const specialSince: ReadonlyMap<number, number> = new Map([
  [maxTimestamp, 7],
  [earliestLocalTimestamp, 8],
  [latestTieredTimestamp, 9],
  [earliestPendingUploadTimestamp, 11],
])

/** Looks up offsets. */
export const listOffsets = handle(
  ListOffsets,
  async (request, context) => {
    await context.replicas.reconciled()
    const seen = new Set<string>()
    return {
      topics: await Promise.all(
        request.topics.map(async ({ name, partitions }) => ({
          name,
          partitions: await Promise.all(
            partitions.map((partition) => lookUp(name, partition, request, seen, context)),
          ),
        })),
      ),
    }
  },
  { versions: [1, 11] },
)

async function lookUp(
  topic: string,
  { partitionIndex, timestamp, currentLeaderEpoch }: PartitionRequest,
  request: Request,
  seen: Set<string>,
  context: RequestContext,
): Promise<PartitionAnswer> {
  const { version } = context
  return settleAsync({ partitionIndex }, async () => {
    const key = `${topic}/${partitionIndex}`
    if (seen.has(key)) throw new KafkaError('INVALID_REQUEST', `${key} is asked for twice.`)
    seen.add(key)
    const since =
      specialSince.get(timestamp) ?? (timestamp < earliestPendingUploadTimestamp ? 99 : 0)
    if (since > version) {
      throw new KafkaError(
        'UNSUPPORTED_VERSION',
        `${timestamp} is not known to version ${version}.`,
      )
    }
    context.authorize('Describe', 'Topic', topic)
    const partition = context.replicas.partition(topic, partitionIndex)
    const visibility = visibilityOf(request)
    const found = await lookUpOffset(partition, timestamp, visibility, currentLeaderEpoch).catch(
      (error: unknown) => {
        throw knownError(error, version)
      },
    )
    const { leaderEpoch, ...known } = found
    return version >= 4 ? { ...known, leaderEpoch } : known
  })
}

/** Versions before 5 know no OFFSET_NOT_AVAILABLE (KIP-207). */
function knownError(error: unknown, version: number): unknown {
  if (!(error instanceof KafkaError) || error.name !== 'OFFSET_NOT_AVAILABLE') return error
  return version >= 5 ? error : new KafkaError('LEADER_NOT_AVAILABLE', error.message)
}

/** Replicas (ids from 0) and debugging consumers (-2) see everything; consumers what is committed, or decided. */
function visibilityOf({ replicaId, isolationLevel }: Request): Visibility {
  if (replicaId !== -1) return 'log-end'
  return isolationLevel === 1 ? 'last-stable' : 'high-watermark'
}
