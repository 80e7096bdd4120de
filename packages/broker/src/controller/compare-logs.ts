// Partitions all of whose replicas lost power: nobody is known to have everything. When every one that was in sync is back,
// their logs are asked for and the longest leads. In two decisions, with the questions between them: which partitions are
// to be compared, and who leads if nothing has changed meanwhile.
//
// Invariant: an answer counts only for the life of the broker that was asked and the state of the partition that it was
// asked for.

import type { ComparedLog, ComparedPartition } from '../peers/log-ends.ts'
import { isServing } from './draft-partition.ts'
import { electLongest, isToBeCompared, type LogEnd } from './leader-election.ts'
import type { MetadataDraft } from './metadata-draft.ts'

/** Partitions that are compared at the same time. */
const partitionsAtOnce = 2000

/** One partition to be compared. */
interface Candidate extends ComparedPartition {
  readonly topicId: string
  readonly partitionEpoch: number
  /** The brokers to be asked. */
  readonly replicas: readonly number[]
}

/** What is asked of whom. */
export interface Comparison {
  readonly partitions: readonly Candidate[]
  /** Epochs of the registrations of the brokers that are asked. */
  readonly brokerEpochs: ReadonlyMap<number, number>
}

/** What has to be compared now. */
export function comparisonNeeded(draft: MetadataDraft): Comparison {
  const partitions: Candidate[] = []
  const brokerEpochs = new Map<number, number>()
  const isLive = (id: number): boolean => isServing(draft, id)
  for (const { name: topic, topicId, partitions: states } of draft.metadata.topics()) {
    for (const state of states) {
      if (!isToBeCompared(state, isLive)) continue
      if (partitions.length === partitionsAtOnce) return { partitions, brokerEpochs }
      const { partition, leaderEpoch, partitionEpoch, lastKnownElr: replicas } = state
      partitions.push({ topic, topicId, partition, leaderEpoch, partitionEpoch, replicas })
      for (const id of replicas) brokerEpochs.set(id, draft.metadata.broker(id)?.epoch ?? -1)
    }
  }
  return { partitions, brokerEpochs }
}

/** Elects who has most where every answer is there; the number of partitions that have a leader now. */
export function electCompared(
  draft: MetadataDraft,
  { partitions, brokerEpochs }: Comparison,
  answers: ReadonlyMap<number, readonly ComparedLog[]>,
): number {
  const ends = new Map<string, Map<number, LogEnd>>()
  for (const [id, logs] of answers) {
    if (draft.metadata.broker(id)?.epoch !== brokerEpochs.get(id) || !isServing(draft, id)) continue
    for (const { topic, partition, epoch, endOffset } of logs) {
      const key = `${topic}/${partition}`
      const known = ends.get(key) ?? new Map<number, LogEnd>()
      ends.set(key, known.set(id, { epoch, endOffset }))
    }
  }
  let elected = 0
  for (const { topic: name, topicId, partition, partitionEpoch, replicas } of partitions) {
    const topic = draft.topicById(topicId)
    const state = topic?.partitions[partition]
    const known = ends.get(`${name}/${partition}`)
    if (topic === undefined || state?.partitionEpoch !== partitionEpoch) continue
    if (known === undefined || !replicas.every((id) => known.has(id))) continue
    const next = electLongest(state, known)
    draft.change({ ...topic, partitions: topic.partitions.with(partition, next) })
    elected++
  }
  return elected
}
