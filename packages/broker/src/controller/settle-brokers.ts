// What the controller makes of brokers that came, went, or came back: leaderships of earlier lives end, leaderless
// partitions get a leader, and a broker whose incarnation was taken note of is no longer fenced. It goes step by step,
// each a transaction of bounded size, and each step leads to the same end from wherever the last one stopped.

import { type BrokerSettings, resolveTopicSettings } from '@samsa/settings'
import type { PartitionState } from '../metadata/topic-nodes.ts'
import type { AppliedTopic } from '../metadata/topic-table.ts'
import { electLeader, type ElectionRules, endLeadership } from './leader-election.ts'
import type { MetadataDraft } from './metadata-draft.ts'

/** What one step did. */
export interface SettlingStep {
  /** Partitions whose state changed. */
  readonly changed: number
  /** Whether another step is needed. */
  readonly more: boolean
}

/** Brings up to `mostTopics` topics to the brokers there are now. */
export function settleBrokers(
  draft: MetadataDraft,
  settings: BrokerSettings,
  mostTopics: number,
): SettlingStep {
  const { metadata } = draft
  const returned = new Set(metadata.brokers().flatMap(({ id, fenced }) => (fenced ? [id] : [])))
  const isServing = (id: number): boolean => {
    const broker = metadata.broker(id)
    return broker !== undefined && !broker.fenced && !broker.draining
  }
  const ending: AppliedTopic[] = []
  const leaderless: AppliedTopic[] = []
  for (const topic of metadata.topics()) {
    if (topic.partitions.some(({ leader }) => leader !== -1 && !isServing(leader))) {
      ending.push(topic)
    } else if (topic.partitions.some(({ leader }) => leader === -1)) leaderless.push(topic)
  }
  // Only when no leadership of an earlier life is left does a broker that returned count as live.
  const settles = ending.length <= mostTopics
  const isLive = (id: number): boolean => {
    return isServing(id) || (settles && returned.has(id) && metadata.broker(id)?.draining === false)
  }
  let changed = 0
  let changedTopics = 0
  let more = !settles
  for (const topic of [...ending, ...leaderless]) {
    if (changedTopics === mostTopics) {
      more = true
      break
    }
    const rules = { isLive, unclean: isUncleanAllowed(draft, topic.name, settings) }
    const count = settleTopic(draft, topic, returned, rules)
    changed += count
    if (count > 0) changedTopics++
  }
  if (settles) {
    for (const id of returned) draft.settle(id, metadata.broker(id)?.incarnation ?? '')
  }
  return { changed, more }
}

function settleTopic(
  draft: MetadataDraft,
  { topicId }: AppliedTopic,
  returned: ReadonlySet<number>,
  rules: ElectionRules,
): number {
  const topic = draft.topicById(topicId)
  if (topic === undefined) return 0
  let changed = 0
  const partitions = topic.partitions.map((state): PartitionState => {
    const next = returned.has(state.leader)
      ? endLeadership(state, state.leader, rules)
      : electLeader(state, rules)
    if (next !== state) changed++
    return next
  })
  if (changed > 0) draft.change({ ...topic, partitions })
  return changed
}

function isUncleanAllowed(draft: MetadataDraft, topic: string, settings: BrokerSettings): boolean {
  const overrides = Object.fromEntries(draft.metadata.topicConfigs(topic))
  return resolveTopicSettings(settings, overrides)['unclean.leader.election.enable']
}
