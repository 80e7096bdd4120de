// Producers without transactions, and readers that note what leaders say: the clients of a cluster's story that a single
// broker's story does not have.

import { BatchBuilder, errorName, InitProducerId, Produce } from '@samsa/protocol'
import type { SeededRandom } from '@samsa/world/simulated'
import { type MicroOperation, outcomeOf } from '../history/index.ts'
import type { Stage } from '../transactions/actors.ts'
import { readCommitted, topic } from '../transactions/read-committed.ts'
import { keyOf, polled } from '../transactions/recorder.ts'
import type { ClusterClient } from './cluster-client.ts'

/** Errors after which the same batch may be sent again: it is not there, or will be recognized. */
const retriable: ReadonlySet<string> = new Set([
  'NOT_LEADER_OR_FOLLOWER',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'REQUEST_TIMED_OUT',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'KAFKA_STORAGE_ERROR',
  'LEADER_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
])

interface ProducerPlan {
  readonly random: SeededRandom
  readonly partitions: readonly number[]
  readonly isIdempotent: boolean
}

/** Sends batches until the story is over; an idempotent producer repeats what it does not know the end of. */
export async function runProducer(
  client: ClusterClient,
  stage: Stage,
  { random, partitions, isIdempotent }: ProducerPlan,
): Promise<void> {
  const { recorder, clock, isOver, newValue } = stage
  const proc = recorder.newProcess()
  const producerId = isIdempotent ? await allocateId(client, isOver) : -1
  if (producerId === undefined) return
  const sequences = new Map<number, number>()
  while (!isOver()) {
    const partition = partitions[random.below(partitions.length)] ?? 0
    const values = Array.from({ length: 1 + random.below(3) }, newValue)
    const baseSequence = sequences.get(partition) ?? 0
    const records = batchOf(values, clock.now(), producerId, baseSequence)
    const planned = values.map((value): MicroOperation => ['send', keyOf(partition), value])
    recorder.begins(proc, { f: 'send', value: planned })
    for (;;) {
      const { error, baseOffset } = await produce(client, partition, records)
      if (error === 'NONE') {
        const value = values.map(
          (each, i): MicroOperation => ['send', keyOf(partition), each, baseOffset + i],
        )
        recorder.ends(proc, 'ok', { f: 'send', value })
        sequences.set(partition, baseSequence + values.length)
        break
      }
      if (isIdempotent && error !== undefined && !retriable.has(error)) {
        throw new Error(`An idempotent producer was told ${error} in partition ${partition}.`)
      }
      if (isIdempotent && !isOver()) {
        await clock.sleep(20)
        continue
      }
      recorder.ends(proc, isIdempotent ? 'info' : outcomeOf(error), { f: 'send', value: planned })
      break
    }
    await clock.sleep(random.below(30))
  }
}

async function allocateId(
  client: ClusterClient,
  isOver: () => boolean,
): Promise<number | undefined> {
  while (!isOver()) {
    const answer = await client.ask((connection) =>
      connection.send(InitProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1000 }),
    )
    if (answer?.errorCode === 0) return answer.producerId
    await client.world.clock.sleep(20)
  }
  return undefined
}

function batchOf(
  values: readonly number[],
  nowMs: number,
  producerId: number,
  baseSequence: number,
): Buffer {
  const builder = new BatchBuilder()
  for (const value of values) builder.append(nowMs, null, Buffer.from(String(value)))
  const identity = producerId === -1 ? {} : { producerId, producerEpoch: 0, baseSequence }
  return Buffer.from(builder.build(identity))
}

async function produce(
  client: ClusterClient,
  partition: number,
  records: Buffer,
): Promise<{ readonly error: string | undefined; readonly baseOffset: number }> {
  const answer = await client.ask(
    (connection) =>
      connection.send(Produce, 9, {
        acks: -1,
        timeoutMs: 1000,
        topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
      }),
    { kind: 'leader', partition },
  )
  const one = answer?.responses[0]?.partitionResponses[0]
  return { error: one && errorName(one.errorCode), baseOffset: one?.baseOffset ?? -1 }
}

/** Reads partitions on and on, and notes what their leaders say of them under which epoch. */
export async function runReader(
  client: ClusterClient,
  random: SeededRandom,
  stage: Stage & { readonly partitions: readonly number[] },
): Promise<void> {
  const { recorder, partitions, isOver, clock } = stage
  const proc = recorder.newProcess()
  const observer = recorder.newProcess()
  recorder.assigns(proc, partitions)
  const offsets = new Map<number, number>()
  while (!isOver()) {
    const partition = partitions[random.below(partitions.length)] ?? 0
    const { leaderEpoch = -1 } = (await client.partitions())?.[partition] ?? {}
    if (leaderEpoch === -1) {
      await clock.sleep(20)
      continue
    }
    recorder.begins(proc, { f: 'poll', value: [] })
    recorder.begins(observer, { f: 'commit', value: { group: 'none', offsets: {} } })
    const offset = offsets.get(partition) ?? 0
    const fetched = await readCommitted(client, partition, offset, leaderEpoch)
    if (fetched === undefined) {
      recorder.ends(proc, 'fail', { f: 'poll', value: [] })
      recorder.ends(observer, 'fail', { f: 'commit', value: { group: 'none', offsets: {} } })
      await clock.sleep(20)
      continue
    }
    recorder.ends(proc, 'ok', { f: 'poll', value: [polled(partition, fetched.records)] })
    const { lastStableOffset, highWatermark } = fetched
    const marks = { key: keyOf(partition), leaderEpoch, lastStableOffset, highWatermark }
    const value = { ...marks, logEndOffset: highWatermark }
    recorder.ends(observer, 'ok', { f: 'watermarks', value })
    offsets.set(partition, fetched.nextOffset)
    await clock.sleep(random.below(30))
  }
}
