// What a consumer can be told. Names, types, defaults and ranges are Kafka's; what a program says by values and functions
// instead of text stands beside them.

import { consumerSettings, type Problem, SettingsError } from '@samsa/settings'
import type { Assignor } from '../groups/assignors/assignor.ts'
import { rangeAssignor } from '../groups/assignors/range.ts'
import { roundRobinAssignor } from '../groups/assignors/round-robin.ts'
import { cooperativeStickyAssignor, stickyAssignor } from '../groups/assignors/sticky.ts'
import type { GroupPlan } from '../groups/membership.ts'
import { type OptionsOf, readOptions } from '../options/option-names.ts'
import type { RebalanceListener } from './rebalance-listener.ts'
import { type ResetPolicy, resetPolicyOf } from './start-position.ts'

const keys = [
  'auto.offset.reset',
  'fetch.min.bytes',
  'fetch.max.wait.ms',
  'fetch.max.bytes',
  'max.partition.fetch.bytes',
  'max.poll.records',
  'isolation.level',
  'check.crcs',
  'default.api.timeout.ms',
  'allow.auto.create.topics',
  'client.rack',
  'group.instance.id',
  'group.remote.assignor',
  'auto.commit.interval.ms',
  'heartbeat.interval.ms',
  'session.timeout.ms',
  'max.poll.interval.ms',
] as const

const ownAssignors: readonly Assignor[] = [
  cooperativeStickyAssignor,
  stickyAssignor,
  rangeAssignor,
  roundRobinAssignor,
]

/** An assignor that comes with the client. */
export type AssignorName = 'cooperative-sticky' | 'sticky' | 'range' | 'roundrobin'

/**
 * When a group's offsets are committed: `interval`, every `autoCommitIntervalMs`; `processed`, after every batch before the
 * next one; `manual`, by `commit` alone. In all of them only what was processed, and for the first two also when partitions
 * are given up and at the end.
 */
export type CommitMode = 'interval' | 'processed' | 'manual'

/** What a consumer of a group can be told. */
export interface GroupOptions<T> extends RebalanceListener {
  /** The group that shares the partitions; without it, offsets are not stored and partitions are assigned by hand. */
  readonly group?: string
  /** What to subscribe to, or a pattern that names match. Also by `subscribe`. */
  readonly topics?: readonly T[] | RegExp
  /** How to read a topic that matches the pattern; as bytes if absent. */
  readonly topicOf?: (name: string) => T
  /** Unset: KIP-848 (`consumer`) where the broker offers it and no assignors are named, otherwise `classic`. */
  readonly groupProtocol?: 'classic' | 'consumer'
  /** Of a classic group, most wanted first; `cooperative-sticky` alone if unset. */
  readonly assignors?: readonly (Assignor | AssignorName)[]
  /** `interval` if unset. */
  readonly commits?: CommitMode
}

/** Options of a consumer. */
export type ConsumerOptions<T = never> = OptionsOf<typeof consumerSettings, (typeof keys)[number]> &
  GroupOptions<T>

/** The same, read and checked. */
export interface ConsumerPlan {
  readonly resetPolicy: ResetPolicy
  readonly fetchMinBytes: number
  readonly fetchMaxWaitMs: number
  readonly fetchMaxBytes: number
  readonly maxPartitionFetchBytes: number
  readonly maxPollRecords: number
  readonly isReadCommitted: boolean
  readonly verifiesChecksums: boolean
  readonly defaultApiTimeoutMs: number
  readonly mayCreateTopics: boolean
  readonly rackId: string
  readonly commits: CommitMode
  readonly autoCommitIntervalMs: number
  /** Undefined without a group. */
  readonly group: GroupPlan | undefined
}

/** Throws SettingsError with all problems. */
export function readConsumerOptions(options: ConsumerOptions<unknown>): ConsumerPlan {
  const {
    group,
    topics,
    topicOf: _topicOf,
    groupProtocol,
    assignors,
    commits = 'interval',
    onAssigned: _onAssigned,
    onRevoked: _onRevoked,
    onLost: _onLost,
    onStalled: _onStalled,
    ...own
  } = options
  const settings = readOptions(consumerSettings, keys, own, 'consumer')
  const reset = settings['auto.offset.reset']
  const resetPolicy = resetPolicyOf(reset)
  const problems = [...groupProblems(options)]
  if (resetPolicy === undefined) {
    const expected = 'earliest, latest, none or by_duration: and an ISO 8601 duration'
    problems.push(problem('autoOffsetReset', reset, expected, `${reset} is no reset policy.`))
  }
  const sessionTimeoutMs = settings['session.timeout.ms']
  const heartbeatIntervalMs = settings['heartbeat.interval.ms']
  if (heartbeatIntervalMs >= sessionTimeoutMs) {
    const message = `The heartbeat interval is not below the session timeout, ${sessionTimeoutMs}.`
    const expected = 'less than sessionTimeoutMs'
    problems.push(problem('heartbeatIntervalMs', String(heartbeatIntervalMs), expected, message))
  }
  if (group === undefined && topics !== undefined) {
    const message = 'Topics are subscribed to by a group; without one, use assign.'
    problems.push(problem('topics', null, 'a group beside it', message))
  }
  if (problems.length > 0 || resetPolicy === undefined) throw new SettingsError(problems)
  const defaultApiTimeoutMs = settings['default.api.timeout.ms']
  const rackId = settings['client.rack']
  const mayCreateTopics = settings['allow.auto.create.topics']
  const groupPlan: GroupPlan | undefined =
    group === undefined
      ? undefined
      : {
          groupId: group,
          groupInstanceId: settings['group.instance.id'] ?? undefined,
          protocol: groupProtocol ?? (assignors === undefined ? undefined : 'classic'),
          assignors: (assignors ?? ['cooperative-sticky']).flatMap((one) => assignorOf(one) ?? []),
          remoteAssignor: settings['group.remote.assignor'] ?? undefined,
          rackId: rackId === '' ? undefined : rackId,
          sessionTimeoutMs,
          heartbeatIntervalMs,
          maxPollIntervalMs: settings['max.poll.interval.ms'],
          defaultApiTimeoutMs,
          mayCreateTopics,
        }
  return {
    resetPolicy,
    fetchMinBytes: settings['fetch.min.bytes'],
    fetchMaxWaitMs: settings['fetch.max.wait.ms'],
    fetchMaxBytes: settings['fetch.max.bytes'],
    maxPartitionFetchBytes: settings['max.partition.fetch.bytes'],
    maxPollRecords: settings['max.poll.records'],
    isReadCommitted: settings['isolation.level'] === 'read_committed',
    verifiesChecksums: settings['check.crcs'],
    defaultApiTimeoutMs,
    mayCreateTopics,
    rackId,
    commits,
    autoCommitIntervalMs: settings['auto.commit.interval.ms'],
    group: groupPlan,
  }
}

function assignorOf(one: Assignor | string): Assignor | undefined {
  return typeof one === 'string' ? ownAssignors.find(({ name }) => name === one) : one
}

function groupProblems({
  group,
  groupProtocol,
  assignors,
  commits,
}: ConsumerOptions<unknown>): Problem[] {
  const problems: Problem[] = []
  if (group === '') {
    problems.push(problem('group', '', 'a name', 'A group has a name that is not empty.'))
  }
  if (groupProtocol !== undefined && !['classic', 'consumer'].includes(groupProtocol)) {
    const message = `${String(groupProtocol)} is no group protocol.`
    problems.push(problem('groupProtocol', groupProtocol, 'classic or consumer', message))
  }
  if (groupProtocol === 'consumer' && assignors !== undefined) {
    const message = 'In the protocol consumer the broker assigns: use groupRemoteAssignor.'
    problems.push(problem('assignors', null, 'groupProtocol classic', message))
  }
  for (const one of assignors ?? []) {
    if (assignorOf(one) !== undefined) continue
    const expected = ownAssignors.map(({ name }) => name).join(', ')
    const given = typeof one === 'string' ? one : typeof one
    problems.push(problem('assignors', given, expected, `${given} is no assignor.`))
  }
  if (assignors?.length === 0) {
    problems.push(problem('assignors', '', 'at least one', 'A classic group needs an assignor.'))
  }
  if (commits !== undefined && !['interval', 'processed', 'manual'].includes(commits)) {
    const message = `${String(commits)} is no way to commit.`
    problems.push(problem('commits', commits, 'interval, processed or manual', message))
  }
  return problems
}

function problem(key: string, value: string | null, expected: string, message: string): Problem {
  return { key, value, source: 'consumer', expected, message }
}
