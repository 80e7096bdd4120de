// Who takes part in a story: writers of transactions, workers that turn inputs into outputs exactly once, readers.

import { OffsetFetch } from '@samsa/protocol'
import type { Clock } from '@samsa/world'
import type { SeededRandom } from '@samsa/world/simulated'
import type { Asker } from '../broker/destination.ts'
import type { MicroOperation, Outcome } from '../history/index.ts'
import { type Fetched, readCommitted, topic } from './read-committed.ts'
import { keyOf, polled, type Recorder } from './recorder.ts'
import type { Answer, TransactionalClient } from './transactional-client.ts'

/** Partitions of the story's topic: inputs of the workers, their outputs, and where everybody writes. */
export const places = { inputs: [0, 1], outputs: [2, 3], others: [4, 5] } as const
export const partitionCount = 6

/** The group whose offsets the workers commit. */
export const groupId = 'workers'

/** An output is its input plus a multiple of this, another one for each attempt. */
const outputDistance = 1_000_000

/** The input that an output was made of. */
export function sourceOf(output: number): number {
  return output % outputDistance
}

/** What all actors of a story share. */
export interface Stage {
  readonly recorder: Recorder
  readonly clock: Clock
  readonly isOver: () => boolean
  /** A value that no record has. */
  readonly newValue: () => number
  /** How often the broker has crashed: stands for the leader epoch. */
  readonly crashes: () => number
}

/** Writes transactions to any partition but the outputs, and aborts some. */
export async function runWriter(
  producer: TransactionalClient,
  random: SeededRandom,
  stage: Stage,
): Promise<void> {
  const { recorder, isOver, newValue } = stage
  const proc = recorder.newProcess()
  let isReady = false
  while (!isOver()) {
    isReady ||= await producer.init(2_000, isOver)
    if (!isReady) return
    const value: MicroOperation[] = []
    const all = [...places.inputs, ...places.others]
    const plan = Array.from({ length: 1 + random.below(3) }, () => ({
      partition: all[random.below(all.length)] ?? 0,
      values: Array.from({ length: 1 + random.below(2) }, newValue),
    }))
    const isMeant = random.chance(0.75)
    const planned = plan.flatMap(({ partition, values }) =>
      values.map((each): MicroOperation => ['send', keyOf(partition), each]),
    )
    recorder.begins(proc, { f: 'txn', value: planned })
    let answer: Answer = 'NONE'
    for (const { partition, values } of plan) {
      const done = await producer.produce(partition, values)
      answer = done.answer
      if (answer !== 'NONE') break
      for (const [i, each] of values.entries()) {
        value.push(['send', keyOf(partition), each, done.baseOffset + i])
      }
      await think(stage, random)
    }
    const ended = await endAs(producer, answer === 'NONE' && isMeant)
    isReady = ended.isReady
    recorder.ends(proc, ended.type, { f: 'txn', value: ended.type === 'ok' ? value : planned })
  }
}

/** Reads inputs where the group is, writes one output for each, and commits the group's offset with them. */
export async function runWorker(
  client: Asker,
  producer: TransactionalClient,
  random: SeededRandom,
  stage: Stage & { readonly input: number; readonly isDrained: (offset: number) => boolean },
): Promise<void> {
  const { recorder, input } = stage
  const isDone = (): boolean => stage.isOver() && stage.isDrained(offset)
  const output = places.outputs[places.inputs.indexOf(input as 0 | 1)] ?? 2
  let offset = -1
  let isReady = false
  let proc = recorder.newProcess()
  while (!isDone()) {
    if (!isReady) {
      if (!(await producer.init(2_000, isDone))) return
      isReady = true
      offset = await groupOffset(client, input)
      // It goes on where the group is: another process, as far as its reading goes.
      proc = recorder.newProcess()
      recorder.assigns(proc, [input])
    }
    const fetched = await readCommitted(client, input, offset)
    if (fetched === undefined || fetched.nextOffset === offset) {
      await client.world.clock.sleep(20)
      continue
    }
    const ended = await work(producer, random, { ...stage, proc, output, fetched })
    isReady = ended.isReady
    if (ended.type === 'ok') offset = fetched.nextOffset
    // What was aborted is read again from where the group is.
    else isReady = false
    if (random.chance(0.1)) isReady = false
  }
}

async function work(
  producer: TransactionalClient,
  random: SeededRandom,
  job: Stage & {
    readonly input: number
    readonly proc: number
    readonly output: number
    readonly fetched: Fetched
  },
): Promise<Ended> {
  const { recorder, proc, input, output, fetched } = job
  const { records, nextOffset } = fetched
  const attempt = job.newValue()
  const outputs = records.map(({ value }) => value + attempt * outputDistance)
  const read = polled(input, records)
  const planned = outputs.map((each): MicroOperation => ['send', keyOf(output), each])
  recorder.begins(proc, { f: 'txn', value: [read, ...planned] })
  let answer: Answer = 'NONE'
  let baseOffset = -1
  if (outputs.length > 0) ({ answer, baseOffset } = await producer.produce(output, outputs))
  if (answer === 'NONE') await think(job, random)
  if (answer === 'NONE') answer = await producer.commitOffset(groupId, input, nextOffset)
  const isMeant = random.chance(0.85)
  const ended = await endAs(producer, answer === 'NONE' && isMeant)
  const placed = outputs.map(
    (each, i): MicroOperation => ['send', keyOf(output), each, baseOffset + i],
  )
  const value = [read, ...(ended.type === 'ok' ? placed : planned)]
  recorder.ends(proc, ended.type, { f: 'txn', value })
  return ended
}

/** How a transaction ended, and whether its producer may begin the next one. */
interface Ended {
  readonly type: Outcome
  readonly isReady: boolean
}

/** What was never asked to be committed cannot be: it failed, however the abort went. */
async function endAs(producer: TransactionalClient, isCommit: boolean): Promise<Ended> {
  const answer = await producer.end(isCommit)
  const isReady = answer === 'NONE'
  if (!isCommit) return { type: 'fail', isReady }
  return { type: isReady ? 'ok' : 'info', isReady }
}

/** Some transactions take so long that they time out. */
function think({ clock }: Stage, random: SeededRandom): Promise<void> {
  return clock.sleep(random.chance(0.02) ? 2_500 : random.below(15))
}

/** Where the group is, once that is settled. */
async function groupOffset(client: Asker, partition: number): Promise<number> {
  for (;;) {
    const answer = await client.ask(
      (connection) =>
        connection.send(OffsetFetch, 7, {
          groupId,
          topics: [{ name: topic, partitionIndexes: [partition] }],
          requireStable: true,
        }),
      { kind: 'coordinator', key: groupId, keyType: 0 },
    )
    const one = answer?.topics[0]?.partitions[0]
    if (answer?.errorCode === 0 && one?.errorCode === 0) return Math.max(one.committedOffset, 0)
    await client.world.clock.sleep(20)
  }
}

/** Reads partitions on and on, and notes what the leader says of them. */
export async function runReader(
  client: Asker,
  random: SeededRandom,
  stage: Stage & { readonly partitions: readonly number[] },
): Promise<void> {
  const { recorder, partitions, isOver, crashes } = stage
  const proc = recorder.newProcess()
  const observer = recorder.newProcess()
  recorder.assigns(proc, partitions)
  const offsets = new Map<number, number>()
  while (!isOver()) {
    const partition = partitions[random.below(partitions.length)] ?? 0
    const leaderEpoch = crashes()
    recorder.begins(proc, { f: 'poll', value: [] })
    recorder.begins(observer, { f: 'commit', value: { group: 'none', offsets: {} } })
    const fetched = await readCommitted(client, partition, offsets.get(partition) ?? 0)
    if (fetched === undefined || crashes() !== leaderEpoch) {
      recorder.ends(proc, 'fail', { f: 'poll', value: [] })
      recorder.ends(observer, 'fail', { f: 'commit', value: { group: 'none', offsets: {} } })
      await client.world.clock.sleep(20)
      continue
    }
    recorder.ends(proc, 'ok', { f: 'poll', value: [polled(partition, fetched.records)] })
    const { lastStableOffset, highWatermark } = fetched
    const marks = { key: keyOf(partition), leaderEpoch, lastStableOffset, highWatermark }
    const value = { ...marks, logEndOffset: highWatermark }
    recorder.ends(observer, 'ok', { f: 'watermarks', value })
    offsets.set(partition, fetched.nextOffset)
    await client.world.clock.sleep(random.below(30))
  }
}

/** Reads everything from the beginning to the end of what is there. */
export async function readEverything(client: Asker, stage: Stage): Promise<void> {
  const { recorder } = stage
  const proc = recorder.newProcess()
  for (let partition = 0; partition < partitionCount; partition++) {
    for (let offset = 0, end = 1; offset < end; ) {
      recorder.begins(proc, { f: 'poll', value: [] })
      const fetched = await readCommitted(client, partition, offset)
      const value = [polled(partition, fetched?.records ?? [])]
      const isAll = fetched !== undefined && fetched.nextOffset >= fetched.highWatermark
      recorder.ends(proc, fetched === undefined ? 'fail' : 'ok', { f: 'poll', value }, isAll)
      if (fetched === undefined) continue
      offset = fetched.nextOffset
      end = fetched.highWatermark
      if (isAll) break
      // An open transaction is in the way: it will time out.
      if (fetched.records.length === 0) await client.world.clock.sleep(100)
    }
  }
}
