// Leadership goes back to the preferred replicas: after brokers came and went the others lead more than their share, and
// stay that way unless somebody evens it out.

import type { BrokerSettings } from '@samsa/settings'
import { isServing } from './draft-partition.ts'
import { electPreferred } from './leader-election.ts'
import type { MetadataDraft } from './metadata-draft.ts'
import { isMoving } from './reassignment.ts'

/** What one step did. */
export interface BalancingStep {
  /** Partitions whose leader changed. */
  readonly changed: number
  /** Whether another step is needed. */
  readonly more: boolean
}

/** Evens out the leaderships of brokers that lack more than their tolerated share, in at most `mostTopics` topics. */
export function balanceLeaders(
  draft: MetadataDraft,
  settings: BrokerSettings,
  mostTopics: number,
): BalancingStep {
  const tolerated = settings['leader.imbalance.per.broker.percentage'] / 100
  const lacking = brokersThatLack(draft, tolerated)
  let changed = 0
  let topics = 0
  if (lacking.size === 0) return { changed, more: false }
  const isLive = (id: number): boolean => lacking.has(id) && isServing(draft, id)
  for (const { topicId } of draft.metadata.topics()) {
    const topic = draft.topicById(topicId)
    if (topic === undefined) continue
    let count = 0
    const partitions = topic.partitions.map((state) => {
      const next = isMoving(state) ? state : electPreferred(state, { isLive })
      if (next !== state) count++
      return next
    })
    if (count === 0) continue
    if (topics === mostTopics) return { changed, more: true }
    draft.change({ ...topic, partitions })
    changed += count
    topics++
  }
  return { changed, more: false }
}

/** Brokers that lead too few of the partitions that prefer them. */
function brokersThatLack(draft: MetadataDraft, tolerated: number): ReadonlySet<number> {
  const preferred = new Map<number, { total: number; led: number }>()
  for (const { topicId } of draft.metadata.topics()) {
    for (const { replicas, leader } of draft.topicById(topicId)?.partitions ?? []) {
      const [id = -1] = replicas
      const counts = preferred.get(id) ?? { total: 0, led: 0 }
      counts.total++
      if (leader === id) counts.led++
      preferred.set(id, counts)
    }
  }
  const lacking = new Set<number>()
  for (const [id, { total, led }] of preferred) {
    if ((total - led) / total > tolerated) lacking.add(id)
  }
  return lacking
}
