// Subscriptions by regular expression: what they match is kept with the group, and looked at again when topics come and
// go. An expression nobody subscribes to any more is forgotten.

import { KafkaError } from '@samsa/protocol'
import type { Turn } from '../../coordinators/state-machine.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { sameNames } from './consumer-member.ts'
import type { ConsumerContext } from './context.ts'
import { compileRegex, type TopicMatcher } from './regex/automaton.ts'

/** Resolves the group's expressions against the topics there are. Says whether one matches other topics now. */
export function resolveRegexes(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  mayDescribe: (topic: string) => boolean,
): boolean {
  const { groupId } = group
  const wanted = new Set<string>()
  for (const { subscribedTopicRegex } of group.members.values()) {
    if (subscribedTopicRegex !== '') wanted.add(subscribedTopicRegex)
  }
  let changed = false
  for (const regex of group.regexes.keys()) {
    if (!wanted.has(regex))
      context.write(turn, group, { kind: 'regex', groupId, regex, value: null })
  }
  for (const regex of wanted) {
    const known = group.regexes.get(regex)
    const matcher = matcherOf(regex)
    const topics: string[] = []
    for (const name of context.topics.names()) {
      if (matcher.matches(name) && mayDescribe(name)) topics.push(name)
    }
    topics.sort()
    if (known !== undefined && sameNames(known.topics, topics)) continue
    const value = { topics, version: context.topics.version, timestampMs: turn.nowMs }
    context.write(turn, group, { kind: 'regex', groupId, regex, value })
    changed = true
  }
  return changed
}

/** An expression from the log that another broker took and we do not understand matches nothing. */
function matcherOf(regex: string): TopicMatcher {
  try {
    return compileRegex(regex)
  } catch (error) {
    if (error instanceof KafkaError) return { matches: () => false }
    throw error
  }
}
