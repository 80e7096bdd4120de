// Which offset is at an end of a log, or at a time: asked of the leaders, each once for all of its partitions, and again
// where a leader has changed.

import { errorName, KafkaError, ListOffsets } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { Cluster, Patience } from '../cluster/cluster.ts'
import type { StartPosition } from './start-position.ts'

/** A partition of a topic. */
export interface PartitionName {
  readonly topic: string
  readonly partition: number
}

/** What was found. */
export interface FoundOffset extends PartitionName {
  /** -1 when no record is as late as the time asked for. */
  readonly offset: number
  /** Of the record that was found by its time; -1 otherwise. */
  readonly timestamp: number
}

/** A partition, and the place in it that is looked for. */
export interface OffsetQuery extends PartitionName {
  readonly at: Exclude<StartPosition, number>
}

const latest = -1
const earliest = -2

function timestampOf(at: OffsetQuery['at']): number {
  return at === 'latest' ? latest : at === 'earliest' ? earliest : at.timestamp
}

/**
 * Looks offsets up; `latest` is the last stable offset for a reader of committed records. Rejects with KafkaError that
 * names the partition, or with WorldError when no answer came in time.
 */
export async function findOffsets(
  cluster: Cluster,
  queries: readonly OffsetQuery[],
  isReadCommitted: boolean,
  patience: Patience,
): Promise<FoundOffset[]> {
  const found: FoundOffset[] = []
  let open = queries
  for (let attempt = 1; open.length > 0; attempt++) {
    for (const topic of new Set(open.map((query) => query.topic))) {
      checkPartitions(await cluster.topic(topic, patience), open)
    }
    const rounds = [...byLeader(cluster, open)].map(async ([leaderId, part]) => {
      return await askLeader(cluster, leaderId, part, isReadCommitted)
    })
    const answers = await cluster.until(Promise.all(rounds), patience)
    found.push(...answers.flatMap((answer) => answer.found))
    const done = new Set(found.map(nameOf))
    open = open.filter((query) => !done.has(nameOf(query)))
    if (open.length === 0) break
    const error = answers.find((answer) => answer.error !== undefined)?.error
    await cluster.pause(attempt, patience)
    if (cluster.isOver(patience) && error !== undefined) throw error
    await cluster.refresh(patience)
  }
  return found
}

function nameOf({ topic, partition }: PartitionName): string {
  return `${topic}-${partition}`
}

function checkPartitions(
  { name, partitions }: { readonly name: string; readonly partitions: readonly unknown[] },
  queries: readonly OffsetQuery[],
): void {
  for (const { topic, partition } of queries) {
    if (topic !== name || partition < partitions.length) continue
    const message = `Topic ${topic} has no partition ${partition}, only 0 to ${partitions.length - 1}.`
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', message)
  }
}

/** Queries by broker id; those without leader are left for the next round. */
function byLeader(cluster: Cluster, queries: readonly OffsetQuery[]): Map<number, OffsetQuery[]> {
  const groups = new Map<number, OffsetQuery[]>()
  for (const query of queries) {
    const leader = cluster.metadata.leader(query.topic, query.partition)
    if (leader === undefined) continue
    const group = groups.get(leader.leaderId)
    if (group === undefined) groups.set(leader.leaderId, [query])
    else group.push(query)
  }
  return groups
}

interface Round {
  readonly found: FoundOffset[]
  /** What will be told if there is no time for another round. */
  readonly error?: Error
}

async function askLeader(
  cluster: Cluster,
  leaderId: number,
  queries: readonly OffsetQuery[],
  isReadCommitted: boolean,
): Promise<Round> {
  const broker = cluster.broker(leaderId)
  if (broker === undefined) return { found: [] }
  const topics = [...new Set(queries.map((query) => query.topic))].map((name) => ({
    name,
    partitions: queries
      .filter((query) => query.topic === name)
      .map(({ partition, at }) => ({
        partitionIndex: partition,
        currentLeaderEpoch: cluster.metadata.leader(name, partition)?.leaderEpoch ?? -1,
        timestamp: timestampOf(at),
      })),
  }))
  try {
    const isolationLevel = isReadCommitted ? 1 : 0
    const answer = await broker.send(ListOffsets, { replicaId: -1, isolationLevel, topics })
    const found: FoundOffset[] = []
    let first: KafkaError | undefined
    for (const { name, partitions } of answer.topics) {
      for (const { partitionIndex, errorCode, offset, timestamp } of partitions) {
        if (errorCode === 0) {
          found.push({ topic: name, partition: partitionIndex, offset, timestamp })
          continue
        }
        const sentence = new KafkaError(errorName(errorCode)).message
        const message = `${name}-${partitionIndex}: ${sentence}`
        const error = new KafkaError(errorName(errorCode), message)
        if (!isWorthAnotherTry(error)) throw error
        first ??= error
      }
    }
    return first === undefined ? { found } : { found, error: first }
  } catch (error) {
    if (!(error instanceof WorldError)) throw error
    return { found: [], error }
  }
}

function isWorthAnotherTry({ name, retriable }: KafkaError): boolean {
  return retriable || name === 'FENCED_LEADER_EPOCH' || name === 'UNKNOWN_LEADER_EPOCH'
}
