// The nodes of a topic: /topics/<topicId> says what it is, /topics/<topicId>/s<k> the state of up to 256 partitions,
// /deleted/<topicId> that it was deleted and its logs may go. A shard holds columns, one entry a partition, so that
// 100 partitions take less than 2 KB; columns in which nothing stands are left out.

import { NodeFields, nodeData } from './node-fields.ts'

/** What /topics/<topicId> holds. */
export interface TopicNode {
  readonly name: string
  readonly partitionCount: number
}

/** State of one partition as it is stored. Leader -1: none. */
export interface PartitionState {
  readonly replicas: readonly number[]
  readonly leader: number
  readonly leaderEpoch: number
  readonly isr: readonly number[]
  readonly elr: readonly number[]
  /**
   * Replicas that were in sync or eligible until they lost records that were not on the medium. When nobody else is left,
   * the one with the longest log leads.
   */
  readonly lastKnownElr: readonly number[]
  /** Replicas that a reassignment adds and removes. */
  readonly adding: readonly number[]
  readonly removing: readonly number[]
  /** Raised by every change of the partition. */
  readonly partitionEpoch: number
  /** The leader was elected uncleanly and has yet to recover. */
  readonly recovering: boolean
}

/** What a tombstone holds. */
export interface DeletedTopicNode {
  readonly name: string
  /** Wall-clock time of the deletion. */
  readonly deletedMs: number
}

export function formatTopic(topic: TopicNode): Buffer {
  return nodeData({ name: topic.name, partitionCount: topic.partitionCount })
}

export function parseTopic(path: string, data: Buffer): TopicNode {
  const fields = NodeFields.parse(path, data)
  return { name: fields.string('name'), partitionCount: fields.integer('partitionCount') }
}

export function formatDeletedTopic(topic: DeletedTopicNode): Buffer {
  return nodeData({ name: topic.name, deletedMs: topic.deletedMs })
}

export function parseDeletedTopic(path: string, data: Buffer): DeletedTopicNode {
  const fields = NodeFields.parse(path, data)
  return { name: fields.string('name'), deletedMs: fields.integer('deletedMs') }
}

const none: readonly number[] = []

const optionalColumns = ['elr', 'lastKnownElr', 'adding', 'removing'] as const

export function formatShard(partitions: readonly PartitionState[]): Buffer {
  const columns: Record<string, unknown> = {
    replicas: partitions.map((partition) => partition.replicas),
    leader: partitions.map((partition) => partition.leader),
    leaderEpoch: partitions.map((partition) => partition.leaderEpoch),
    isr: partitions.map((partition) => partition.isr),
    partitionEpoch: partitions.map((partition) => partition.partitionEpoch),
  }
  for (const name of optionalColumns) {
    if (partitions.some((partition) => partition[name].length > 0)) {
      columns[name] = partitions.map((partition) => partition[name])
    }
  }
  const recovering = partitions.flatMap((partition, i) => (partition.recovering ? [i] : []))
  if (recovering.length > 0) columns['recovering'] = recovering
  return nodeData(columns)
}

/** The partitions of the shard, the first of them number `firstPartition`. */
export function parseShard(
  path: string,
  data: Buffer,
  firstPartition: number,
): readonly (PartitionState & { readonly partition: number })[] {
  const fields = NodeFields.parse(path, data)
  const replicas = fields.listsOfIntegers('replicas')
  const leader = fields.integers('leader')
  const leaderEpoch = fields.integers('leaderEpoch')
  const isr = fields.listsOfIntegers('isr')
  const partitionEpoch = fields.integers('partitionEpoch')
  const [elr, lastKnownElr, adding, removing] = optionalColumns.map((name) =>
    fields.has(name) ? fields.listsOfIntegers(name) : [],
  )
  const recovering = fields.has('recovering') ? fields.integers('recovering') : []
  return replicas.map((ids, i) => ({
    partition: firstPartition + i,
    replicas: ids,
    leader: leader[i] ?? -1,
    leaderEpoch: leaderEpoch[i] ?? 0,
    isr: isr[i] ?? [],
    elr: elr?.[i] ?? none,
    lastKnownElr: lastKnownElr?.[i] ?? none,
    adding: adding?.[i] ?? none,
    removing: removing?.[i] ?? none,
    partitionEpoch: partitionEpoch[i] ?? 0,
    recovering: recovering.includes(i),
  }))
}
