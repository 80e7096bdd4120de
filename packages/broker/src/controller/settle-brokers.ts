// What the controller makes of brokers that came, went, or came back: leaderships of earlier lives end, leaderless
// partitions get a leader, who is away is not in sync, and when all of that is done a broker that came back is no longer fenced. It goes step by step,
// each a transaction of bounded size. A controller that takes over in the middle begins again, which costs a few epochs.

import { type BrokerSettings, resolveTopicSettings } from '@samsa/settings'
import type { PartitionState } from '../metadata/topic-nodes.ts'
import type { AppliedTopic } from '../metadata/topic-table.ts'
import { isServing } from './draft-partition.ts'
import { electLeader, type ElectionRules, endLeadership } from './leader-election.ts'
import { minimumInSync, withoutAbsent } from './isr-change.ts'
import type { MetadataDraft } from './metadata-draft.ts'

/** What a step goes by. */
export interface SettlingRules {
  readonly settings: BrokerSettings
  /** Topics that one step may change. */
  readonly mostTopics: number
  /** Topics in which earlier steps have ended the leaderships of the brokers that are fenced now. */
  readonly done: ReadonlySet<string>
}

/** What one step did. */
export interface SettlingStep {
  /** Partitions whose state changed. */
  readonly changed: number
  /** Topics in which the leaderships of fenced brokers have ended now. */
  readonly ended: readonly string[]
  /** Whether another step is needed. */
  readonly more: boolean
}

/** Ids and incarnations of the brokers that wait to be settled: as long as it is the same, steps go on. */
export function waitingBrokers(draft: MetadataDraft): string {
  const fenced = draft.metadata.brokers().filter((broker) => broker.fenced)
  return fenced.map(({ id, incarnation }) => `${id}=${incarnation}`).join(',')
}

/** Brings some topics to the brokers there are now. */
export function settleBrokers(
  draft: MetadataDraft,
  { settings, mostTopics, done }: SettlingRules,
): SettlingStep {
  const { metadata } = draft
  const waiting = metadata.brokers().filter((broker) => broker.fenced)
  const returned = new Set(waiting.map(({ id }) => id))
  // A broker that waits is alive; it is told of what it leads when everything is settled.
  const isLive = (id: number): boolean =>
    isServing(draft, id) || (returned.has(id) && metadata.broker(id)?.draining === false)
  const ended: string[] = []
  let changed = 0
  let changedTopics = 0
  for (const topic of metadata.topics()) {
    const isDone = done.has(topic.topicId)
    const needed = topic.partitions.some(
      ({ leader, isr }) =>
        !isLive(leader) || (!isDone && returned.has(leader)) || isr.some((id) => !isLive(id)),
    )
    if (!needed) continue
    if (changedTopics === mostTopics) return { changed, ended, more: true }
    const ending = isDone ? nobody : returned
    const rules = { isLive, isUncleanAllowed: () => isUncleanAllowed(draft, topic.name, settings) }
    const count = settleTopic(draft, topic, ending, { ...rules, settings })
    changed += count
    if (count > 0) changedTopics++
    if (ending.size > 0) ended.push(topic.topicId)
  }
  for (const { id, incarnation: settledIncarnation, bootId } of waiting) {
    draft.settle(id, { settledIncarnation, bootId })
  }
  return { changed, ended, more: false }
}

const nobody: ReadonlySet<number> = new Set()

function settleTopic(
  draft: MetadataDraft,
  { topicId }: AppliedTopic,
  ending: ReadonlySet<number>,
  { settings, ...rules }: ElectionRules & { readonly settings: BrokerSettings },
): number {
  const topic = draft.topicById(topicId)
  if (topic === undefined) return 0
  const { isLive } = rules
  const minInSyncReplicas = minimumInSync(draft, topic.name, settings)
  let changed = 0
  const partitions = topic.partitions.map((state): PartitionState => {
    const elected = ending.has(state.leader)
      ? endLeadership(state, state.leader, rules)
      : electLeader(state, rules)
    const next = withoutAbsent(elected, isLive, minInSyncReplicas)
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
