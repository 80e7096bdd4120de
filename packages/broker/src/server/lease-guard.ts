// Which requests need the lease: those whose answers speak for a leadership or a coordinator's office. Without it nothing is
// begun, and what was begun before it ran out is not acknowledged: the connection ends instead, and the client asks
// whoever is leader by then.

import {
  AddOffsetsToTxn,
  AddPartitionsToTxn,
  type Api,
  ConsumerGroupDescribe,
  ConsumerGroupHeartbeat,
  DeleteGroups,
  DeleteRecords,
  DescribeGroups,
  DescribeProducers,
  DescribeTransactions,
  EndTxn,
  Fetch,
  Heartbeat,
  InitProducerId,
  JoinGroup,
  LeaveGroup,
  ListGroups,
  ListOffsets,
  ListTransactions,
  OffsetCommit,
  OffsetDelete,
  OffsetFetch,
  OffsetForLeaderEpoch,
  Produce,
  SyncGroup,
  TxnOffsetCommit,
  WriteTxnMarkers,
} from '@samsa/protocol'
import type { Lease } from '../controller/broker-lease.ts'

/** Answered partition by partition: without the lease each of them says NOT_LEADER_OR_FOLLOWER. */
const ofReplicas: readonly Api[] = [
  DeleteRecords,
  DescribeProducers,
  Fetch,
  ListOffsets,
  OffsetForLeaderEpoch,
  Produce,
  WriteTxnMarkers,
]

/** Answered from a coordinator's memory. */
const ofCoordinators: readonly Api[] = [
  AddOffsetsToTxn,
  AddPartitionsToTxn,
  ConsumerGroupDescribe,
  ConsumerGroupHeartbeat,
  DeleteGroups,
  DescribeGroups,
  DescribeTransactions,
  EndTxn,
  Heartbeat,
  InitProducerId,
  JoinGroup,
  LeaveGroup,
  ListGroups,
  ListTransactions,
  OffsetCommit,
  OffsetDelete,
  OffsetFetch,
  SyncGroup,
  TxnOffsetCommit,
]

const replicaKeys = new Set(ofReplicas.map(({ key }) => key))
const coordinatorKeys = new Set(ofCoordinators.map(({ key }) => key))

/** Whether requests of this kind may be begun now. */
export function mayBegin(lease: Lease, api: Api): boolean {
  return !coordinatorKeys.has(api.key) || lease.isHeld()
}

/** Whether an answer to a request that was begun with the lease held (`wasHeld`) may still be given. */
export function mayAnswer(lease: Lease, api: Api, wasHeld: boolean): boolean {
  if (!wasHeld || lease.isHeld()) return true
  return !replicaKeys.has(api.key) && !coordinatorKeys.has(api.key)
}
