// A partition as Metadata and DescribeTopicPartitions tell it: what is missing shows as an error beside what is known.

import { errorCode } from '@samsa/protocol'
import type { PartitionImage } from '../metadata/metadata-view.ts'
import { addressOf } from './node-endpoints.ts'
import type { RequestContext } from './request-context.ts'

/** The fields both answers have. */
export interface PartitionAnswer {
  readonly errorCode: number
  readonly partitionIndex: number
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly replicaNodes: readonly number[]
  readonly isrNodes: readonly number[]
  readonly offlineReplicas: readonly number[]
}

/** The partition for the client of this request. */
export function partitionAnswer(
  context: RequestContext,
  image: PartitionImage,
  { hidesUnreachable }: { readonly hidesUnreachable: boolean },
): PartitionAnswer {
  const isReachable = (id: number): boolean => {
    const broker = context.metadata.broker(id)
    return broker?.fenced === false && addressOf(context, broker) !== undefined
  }
  const replicaNodes = hidesUnreachable ? image.replicas.filter(isReachable) : image.replicas
  const isrNodes = hidesUnreachable ? image.isr.filter(isReachable) : image.isr
  const answer = {
    errorCode: 0,
    partitionIndex: image.partition,
    leaderId: image.leader,
    leaderEpoch: image.leaderEpoch,
    replicaNodes,
    isrNodes,
    offlineReplicas: image.replicas.filter((id) => !isReachable(id)),
  }
  if (!isReachable(image.leader)) {
    const isLive = context.metadata.broker(image.leader)?.fenced === false
    const error = isLive ? 'LISTENER_NOT_FOUND' : 'LEADER_NOT_AVAILABLE'
    return { ...answer, errorCode: errorCode(error), leaderId: -1 }
  }
  const hidden = replicaNodes.length < image.replicas.length || isrNodes.length < image.isr.length
  return hidden ? { ...answer, errorCode: errorCode('REPLICA_NOT_AVAILABLE') } : answer
}
