// The in-sync set of a partition and who may change it: its leader, who sees the followers, by proposals that the
// controller accepts or refuses (AlterPartition, KIP-497, KIP-841, KIP-903), and the controller itself when a broker is
// gone. A replica that was in sync when too few were left stays eligible as leader: nothing was committed without it
// (KIP-966).

import { type ErrorName, KafkaError } from '@samsa/protocol'
import { type BrokerSettings, resolveTopicSettings } from '@samsa/settings'
import type { PartitionState } from '../metadata/topic-nodes.ts'
import type { InSyncMember, IsrChange, IsrChangeResult } from './controller.ts'
import { isServing } from './draft-partition.ts'
import type { MetadataDraft } from './metadata-draft.ts'
import { electLeader } from './leader-election.ts'
import { completeReassignment } from './reassignment.ts'

/** Judges each proposal of the broker `leader` and carries out the good ones. Throws STALE_BROKER_EPOCH. */
export function changeInSyncSets(
  draft: MetadataDraft,
  leader: InSyncMember,
  changes: readonly IsrChange[],
  settings: BrokerSettings,
): IsrChangeResult[] {
  const registered = draft.metadata.broker(leader.brokerId)
  if (registered === undefined || registered.epoch !== leader.brokerEpoch) {
    throw new KafkaError(
      'STALE_BROKER_EPOCH',
      `Broker ${leader.brokerId} is not registered with epoch ${leader.brokerEpoch}.`,
    )
  }
  return changes.map((change) => {
    const topic = draft.topicById(change.topicId)
    if (topic === undefined) return { error: 'UNKNOWN_TOPIC_ID' }
    const state = topic.partitions[change.partition]
    if (state === undefined) return { error: 'UNKNOWN_TOPIC_OR_PARTITION' }
    const error = faultOf(draft, state, leader.brokerId, change)
    if (error !== undefined) return { error }
    const minimum = minimumInSync(draft, topic.name, settings)
    const ids = change.isr.map(({ brokerId }) => brokerId)
    const changed = { ...withInSync(state, ids, minimum), recovering: false }
    const rules = { isLive: (id: number) => isServing(draft, id), isUncleanAllowed: () => false }
    // A leader that leaves the set gives up the leadership: its log directory has failed.
    const next = completeReassignment(electLeader(changed, rules), rules)
    draft.change({ ...topic, partitions: topic.partitions.with(change.partition, next) })
    return {}
  })
}

/** Why a proposal cannot hold. */
function faultOf(
  draft: MetadataDraft,
  state: PartitionState,
  leaderId: number,
  { leaderEpoch, partitionEpoch, isr }: IsrChange,
): ErrorName | undefined {
  // The leader has seen a later state than this controller: another one has taken over.
  if (leaderEpoch > state.leaderEpoch || partitionEpoch > state.partitionEpoch) {
    return 'NOT_CONTROLLER'
  }
  if (leaderEpoch < state.leaderEpoch) return 'FENCED_LEADER_EPOCH'
  if (state.leader !== leaderId) return 'INVALID_REQUEST'
  if (partitionEpoch < state.partitionEpoch) return 'INVALID_UPDATE_VERSION'
  const ids = isr.map(({ brokerId }) => brokerId)
  const isSet = new Set(ids).size === ids.length
  if (!isSet || ids.length === 0 || ids.some((id) => !state.replicas.includes(id))) {
    return 'INVALID_REQUEST'
  }
  if (state.recovering && ids.length > 1) return 'INVALID_REQUEST'
  const isEligible = ({ brokerId, brokerEpoch }: InSyncMember): boolean => {
    const broker = draft.metadata.broker(brokerId)
    if (broker === undefined || broker.fenced || broker.draining) return false
    return brokerEpoch === -1 || brokerEpoch === broker.epoch
  }
  return isr.every(isEligible) ? undefined : 'INELIGIBLE_REPLICA'
}

/** The state with these replicas in sync. */
export function withInSync(
  state: PartitionState,
  isr: readonly number[],
  minInSyncReplicas: number,
): PartitionState {
  const minimum = Math.min(minInSyncReplicas, state.replicas.length)
  const wereInSync = [...state.elr, ...state.isr.filter((id) => !state.elr.includes(id))]
  const isEnough = isr.length >= minimum
  const elr = isEnough ? [] : wereInSync.filter((id) => !isr.includes(id))
  const lastKnownElr = isEnough
    ? []
    : state.lastKnownElr.filter((id) => !isr.includes(id) && !elr.includes(id))
  return { ...state, isr, elr, lastKnownElr, partitionEpoch: state.partitionEpoch + 1 }
}

/**
 * The state without the brokers that are away in its in-sync set; the same object when there are none. The last ones are
 * kept: they alone are known to have everything.
 */
export function withoutAbsent(
  state: PartitionState,
  isLive: (brokerId: number) => boolean,
  minInSyncReplicas: number,
): PartitionState {
  const present = state.isr.filter(isLive)
  if (present.length === 0 || present.length === state.isr.length) return state
  return withInSync(state, present, minInSyncReplicas)
}

/** min.insync.replicas of a topic as it is now. */
export function minimumInSync(
  draft: MetadataDraft,
  topic: string,
  settings: BrokerSettings,
): number {
  const overrides = Object.fromEntries(draft.metadata.topicConfigs(topic))
  return resolveTopicSettings(settings, overrides)['min.insync.replicas']
}
