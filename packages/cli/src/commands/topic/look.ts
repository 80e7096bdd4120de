// `samsa topic list` and `describe`.

import type { Admin, ConfigEntry, PartitionDescription } from '@samsa/client'
import type { ExitCode } from '../../command-line.ts'
import {
  type AdminContext,
  type AdminFlags,
  reportFailures,
  succeeded,
} from '../../connection/admin-command.ts'
import { counted, show, sizeText } from '../../terminal/show.ts'
import { tableText } from '../../terminal/table.ts'

interface ListFlags extends AdminFlags {
  readonly internal?: boolean
}

/** Lists all topics. */
export async function list({ admin, output }: AdminContext, flags: ListFlags): Promise<void> {
  const listed = await admin.topics.list({ includeInternal: flags.internal === true })
  const names = listed.map(({ name }) => name).sort()
  const sizes = await sizesOf(admin)
  const topics = succeeded(await admin.topics.describe(names).each()).map(([name, topic]) => ({
    name,
    partitions: topic.partitions.length,
    replicationFactor: topic.partitions[0]?.replicas.length ?? 0,
    underReplicated: topic.partitions.filter(isUnderReplicated).length,
    bytes: sizes?.topic(name),
  }))
  await show(output, flags.json, topics, () =>
    tableText(
      ['topic', 'partitions', 'replicas', 'size', ''],
      topics.map(({ name, partitions, replicationFactor, underReplicated, bytes }) => [
        name,
        partitions,
        replicationFactor,
        bytes === undefined ? '-' : sizeText(bytes),
        underReplicated === 0
          ? ''
          : output.style('yellow', `${counted(underReplicated, 'partition')} under-replicated`),
      ]),
    ),
  )
}

interface DescribedPartition extends PartitionDescription {
  readonly startOffset?: number
  readonly endOffset?: number
  readonly bytes: number | undefined
}

interface DescribedTopic {
  readonly name: string
  readonly topicId: string
  readonly partitions: readonly DescribedPartition[]
  readonly configs: Readonly<Record<string, string | undefined>>
}

/** Describes topics. */
export async function describe(
  context: AdminContext,
  flags: AdminFlags,
  names: readonly string[],
): Promise<ExitCode> {
  const { admin, output } = context
  const described = await admin.topics.describe(names).each()
  const found = succeeded(described)
  const sizes = await sizesOf(admin)
  const resources = found.map(([name]) => ({ type: 'TOPIC' as const, name }))
  const configs = new Map(succeeded(await admin.configs.describe(resources).each()))
  const topics: DescribedTopic[] = []
  for (const [name, topic] of found) {
    const offsets = await offsetsOf(admin, name, topic.partitions)
    const entries = configs.get(`TOPIC:${name}`)?.entries ?? []
    topics.push({
      name,
      topicId: topic.topicId,
      partitions: topic.partitions.map((one, i) => ({
        ...one,
        ...offsets[i],
        bytes: sizes?.partition(name, one.partition),
      })),
      configs: Object.fromEntries(entries.filter(isOwn).map((entry) => [entry.name, entry.value])),
    })
  }
  await show(output, flags.json, topics, () =>
    topics
      .map(({ name, topicId, partitions, configs: own }) => {
        const settings = Object.entries(own).map(([key, value]) => `  ${key}=${value}\n`)
        const title = `${output.style('bold', name)}  ${topicId}\n`
        const table = tableText(
          ['partition', 'leader', 'replicas', 'in sync', 'start', 'end', 'size'],
          partitions.map((one) => [
            one.partition,
            one.leaderId ?? output.style('red', 'none'),
            one.replicas.join(','),
            isUnderReplicated(one)
              ? output.style('yellow', one.inSyncReplicas.join(','))
              : one.inSyncReplicas.join(','),
            one.startOffset ?? '-',
            one.endOffset ?? '-',
            one.bytes === undefined ? '-' : sizeText(one.bytes),
          ]),
        )
        return `${title}${settings.join('')}${table}`
      })
      .join('\n'),
  )
  return reportFailures(context, described)
}

function isUnderReplicated({ replicas, inSyncReplicas }: PartitionDescription): boolean {
  return inSyncReplicas.length < replicas.length
}

/** Whether somebody set it for this very topic. */
function isOwn({ source }: ConfigEntry): boolean {
  return source === 'DYNAMIC_TOPIC_CONFIG'
}

async function offsetsOf(
  admin: Admin,
  topic: string,
  partitions: readonly PartitionDescription[],
): Promise<{ readonly startOffset?: number; readonly endOffset?: number }[]> {
  const places = partitions.map(({ partition }) => ({ topic, partition }))
  const [starts, ends] = await Promise.all(
    (['earliest', 'latest'] as const).map(
      async (at) =>
        new Map(
          succeeded(await admin.records.offsets(places.map((one) => ({ ...one, at }))).each()),
        ),
    ),
  )
  return places.map(({ partition }) => {
    const start = starts?.get(`${topic}-${partition}`)
    const end = ends?.get(`${topic}-${partition}`)
    return {
      ...(start === undefined ? {} : { startOffset: start.offset }),
      ...(end === undefined ? {} : { endOffset: end.offset }),
    }
  })
}

/** Bytes of logs, one replica each: the largest, which is the leader's or soon will be. */
interface Sizes {
  topic(name: string): number
  partition(name: string, partition: number): number | undefined
}

/** Undefined where the brokers do not tell (no permission, or too old). */
async function sizesOf(admin: Admin): Promise<Sizes | undefined> {
  const { brokers } = await admin.cluster.describe()
  const ids = brokers.map(({ brokerId }) => brokerId)
  const found = succeeded(await admin.replicas.logDirectories(ids).each())
  if (found.length === 0) return undefined
  const topics = new Map<string, Map<number, number>>()
  for (const replica of found.flatMap(([, directories]) =>
    directories.flatMap((d) => d.replicas),
  )) {
    if (replica.isFuture) continue
    const partitions = topics.get(replica.topic) ?? new Map<number, number>()
    const known = partitions.get(replica.partition) ?? 0
    topics.set(replica.topic, partitions.set(replica.partition, Math.max(known, replica.sizeBytes)))
  }
  return {
    topic: (name) => [...(topics.get(name)?.values() ?? [])].reduce((sum, one) => sum + one, 0),
    partition: (name, partition) => topics.get(name)?.get(partition),
  }
}
