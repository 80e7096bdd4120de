// What the controller makes of brokers that came, went, or came back: leaderships of earlier lives end, leaderless
// partitions get a leader, who is away is not in sync, and when all of that is done a broker that came back is no longer fenced. It goes step by step,
// each a transaction of bounded size. A controller that takes over in the middle begins again, which costs a few epochs.

import { type BrokerSettings, resolveTopicSettings } from '@samsa/settings'
import type { PartitionState } from '../metadata/topic-nodes.ts'
import type { AppliedTopic } from '../metadata/topic-table.ts'
import { isServing } from './draft-partition.ts'
import { electLeader, type ElectionRules, endLeadership } from './leader-election.ts'
import { minimumInSync, withoutAbsent } from './isr-change.ts'
import { type Loss, lossOf, withoutLostReplica } from './lost-replica.ts'
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
  const losses = lossesOf(draft)
  const ended: string[] = []
  let changed = 0
  let changedTopics = 0
  for (const topic of metadata.topics()) {
    const isDone = done.has(topic.topicId)
    const needed = topic.partitions.some(
      ({ leader, isr, elr, lastKnownElr }) =>
        !isLive(leader) ||
        isr.some((id) => !isLive(id)) ||
        (!isDone &&
          (returned.has(leader) || [...isr, ...elr, ...lastKnownElr].some((id) => losses.has(id)))),
    )
    if (!needed) continue
    if (changedTopics === mostTopics) return { changed, ended, more: true }
    const ending = isDone ? nobody : returned
    const rules = { isLive, isUncleanAllowed: () => isUncleanAllowed(draft, topic.name, settings) }
    const count = settleTopic(draft, topic, ending, { ...rules, settings, losses })
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

interface TopicRules extends ElectionRules {
  readonly settings: BrokerSettings
  /** What is missing in the logs of brokers that came back, by id. */
  readonly losses: ReadonlyMap<number, Loss>
}

/** The losses of the brokers that wait. */
function lossesOf({ metadata }: MetadataDraft): Map<number, Loss> {
  const losses = new Map<number, Loss>()
  for (const broker of metadata.brokers()) {
    if (!broker.fenced) continue
    const loss = lossOf(broker, metadata.image.settledLife(broker.id))
    if (loss !== 'nothing') losses.set(broker.id, loss)
  }
  return losses
}

function settleTopic(
  draft: MetadataDraft,
  { topicId }: AppliedTopic,
  ending: ReadonlySet<number>,
  { settings, losses, ...rules }: TopicRules,
): number {
  const topic = draft.topicById(topicId)
  if (topic === undefined) return 0
  const { isLive } = rules
  const minInSyncReplicas = minimumInSync(draft, topic.name, settings)
  let changed = 0
  const partitions = topic.partitions.map((before): PartitionState => {
    let state = before
    for (const id of ending) {
      state = withoutLostReplica(state, id, losses.get(id) ?? 'nothing')
    }
    const elected = ending.has(state.leader)
      ? endLeadership(state, state.leader, rules)
      : electLeader(state, rules)
    const next = withoutAbsent(elected, isLive, minInSyncReplicas)
    if (next !== before) changed++
    return next
  })
  if (changed > 0) draft.change({ ...topic, partitions })
  return changed
}

function isUncleanAllowed(draft: MetadataDraft, topic: string, settings: BrokerSettings): boolean {
  const overrides = Object.fromEntries(draft.metadata.topicConfigs(topic))
  return resolveTopicSettings(settings, overrides)['unclean.leader.election.enable']
}
