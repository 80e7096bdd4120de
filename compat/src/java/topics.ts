// kafka-topics, kafka-broker-api-versions, kafka-features, kafka-cluster, kafka-acls: what they say of topics and brokers.

import type { Checks } from '../runner/suite.ts'
import type { ToolName, Tools } from './tools.ts'

/** Holds that a tool ends with this code and prints this, on either stream. */
export async function holds(
  tools: Tools,
  checks: Checks,
  [name, words, input]: readonly [name: ToolName, words: string, input?: string],
  exitCode: number,
  expected: RegExp,
): Promise<void> {
  // A broker may answer before it has heard of what another tool has just changed.
  for (let tries = 0; ; tries++) {
    const ended = await tools.run(name, words, input)
    const printed = `${ended.stdout}\n${ended.stderr}`
    const fine = ended.exitCode === exitCode && expected.test(printed)
    if (!fine && tries < 3 && input === undefined) continue
    const found = `${ended.exitCode}: ${printed.slice(0, 1500)}`
    checks.check(fine, `kafka-${name} ${words} prints ${expected}, not ${found}`)
    return
  }
}

/** Topics and what is told about the cluster. */
export async function topics(tools: Tools, checks: Checks): Promise<void> {
  const shown =
    /Topic: tools\tTopicId: [\w-]{22}\tPartitionCount: 2\tReplicationFactor: 1\tConfigs: .*retention.ms=86400000/
  const partition = /\tTopic: tools\tPartition: 1\tLeader: (\d+)\tReplicas: \1\tIsr: \1/
  const create = '--create --topic tools --partitions 2 --replication-factor 1'
  await tools.output('topics', `${create} --config retention.ms=86400000`)
  const expect = (
    words: string,
    exitCode: number,
    expected: RegExp,
    name: ToolName = 'topics',
  ): Promise<void> => holds(tools, checks, [name, words], exitCode, expected)
  await expect('--create --topic tools', 1, /Topic 'tools' already exists/)
  await expect('--create --topic tools --if-not-exists', 0, /^/)
  await expect(
    '--create --topic many --replication-factor 3',
    1,
    /only 1 broker\(s\) are registered|replication factor/i,
  )
  await expect('--create --topic odd --config nonsense=1', 1, /Unknown topic config name: nonsense/)
  await expect('--list', 0, /^tools$/m)
  await expect('--describe --topic tools', 0, shown)
  await expect('--describe --topic tools', 0, partition)
  await expect(
    '--describe --topic tools --exclude-internal --unavailable-partitions',
    0,
    /^\s*(exit 0|$)/,
  )
  await tools.output('topics', '--alter --topic tools --partitions 3')
  await expect('--describe --topic tools', 0, /PartitionCount: 3/)
  await expect('--alter --topic tools --partitions 1', 1, /currently has 3 partition/)
  await expect('--describe --topic nope', 1, /Topic 'nope' does not exist as expected/)

  const versions = 'broker-api-versions'
  await expect('', 0, /Produce\(0\): 0 to 13 \[usable: 13\]/, versions)
  await expect('', 0, /Fetch\(1\): 4 to 18 \[usable: 18\]/, versions)
  await expect('', 0, /ConsumerGroupHeartbeat\(68\): 0 to 1 \[usable: 1\]/, versions)
  const finalized = /Feature: transaction.version\s.*FinalizedVersionLevel: 2/
  await expect('describe', 0, finalized, 'features')
  await expect('describe', 0, /Feature: group.version\s.*FinalizedVersionLevel: 1/, 'features')
  await expect('cluster-id', 0, /Cluster ID: [\w-]{22}/, 'cluster')
  await expect('--list', 1, /SecurityDisabledException/, 'acls')

  await tools.output('topics', '--create --topic gone')
  await tools.output('topics', '--delete --topic gone')
  await expect('--describe --topic gone', 1, /Topic 'gone' does not exist as expected/)
  await expect('--delete --topic gone', 1, /Topic 'gone' does not exist as expected/)
  await expect('--delete --topic gone --if-exists', 0, /^/)
}
