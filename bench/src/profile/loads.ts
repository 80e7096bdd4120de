// The loads under which a Samsa broker can be profiled, each a steady stream of one kind of request.

import { consume } from '../broker/consume.ts'
import { batchOf, produceFrame } from '../broker/frames.ts'
import { pace, saturate } from '../broker/load.ts'
import { createTopic } from '../broker/targets.ts'
import { ClassicMember } from '../groups/classic-member.ts'
import { coordinatorReady } from '../groups/coordinator.ts'
import { OffsetCommitter } from '../groups/offset-committer.ts'
import { atPace } from '../groups/pacing.ts'
import { TransactionalLoad } from '../groups/transactional-load.ts'

/** The topic that the loads write to and read from. */
export const loadTopic = 'load'

/** Puts the broker under load for some seconds; resolves to how much was done. */
export type Run = (seconds: number) => Promise<number>

/** One kind of load. */
interface Load {
  /** What is counted, in the singular. */
  readonly unit: string
  /** Gets ready for a broker on this port, before anything is recorded. */
  prepare(port: number): Promise<Run>
}

/** Bytes a Fetch of the consuming load asks for. */
const fetchBytes = 1 << 20
const commitsPerSecond = 3000
const transactionsPerSecond = 500
const producerCount = 50
const partitions = 10
const joining = 10

function produce(recordCount: number, valueBytes: number, connections: number, inFlight: number) {
  const frame = produceFrame(loadTopic, 0, batchOf(recordCount, valueBytes))
  return {
    unit: 'request',
    prepare: (port: number): Promise<Run> =>
      Promise.resolve(async (seconds) => {
        return (await saturate(port, frame, { connections, inFlight, seconds })).requests
      }),
  }
}

/** Members that join a group of their own, one after the other on several lanes. */
async function joinGroups(port: number, seconds: number, names: () => number): Promise<number> {
  const endsAt = performance.now() + seconds * 1000
  let joined = 0
  const lane = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      const member = await ClassicMember.connect(port, `joining-${names()}`)
      const running = member.run().catch(() => {})
      while (member.generation === -1) await new Promise<void>((resolve) => setTimeout(resolve, 1))
      joined += 1
      await member[Symbol.asyncDispose]()
      await running
    }
  }
  await Promise.all(Array.from({ length: joining }, lane))
  return joined
}

/** What `npm run profile -- NAME` can measure of the broker. */
export const loads: Readonly<Record<string, Load>> = {
  'produce-16k': produce(15, 1024, 1, 5),
  'produce-1m': produce(990, 1024, 1, 5),
  'produce-single': produce(1, 100, 4, 16),
  'produce-2000': {
    unit: 'request',
    prepare(port) {
      const frame = produceFrame(loadTopic, 0, batchOf(1, 100))
      return Promise.resolve(async (seconds) => {
        return (await pace(port, frame, { perSecond: 2000, seconds })).requests
      })
    },
  },
  consume: {
    unit: 'fetch of 1 MB',
    async prepare(port) {
      const fill = await produce(990, 1024, 1, 5).prepare(port)
      await fill(0.5)
      return async (seconds) => {
        const { amount } = await consume(port, loadTopic, seconds)
        return Math.round((amount * 1e9) / fetchBytes)
      }
    },
  },
  'offset-commits': {
    unit: 'commit',
    async prepare(port) {
      const committer = await OffsetCommitter.open(port, loadTopic)
      return async (seconds) => {
        const pace = { perSecond: commitsPerSecond, seconds }
        return (await atPace(pace, (finished) => committer.commit(finished))).length
      }
    },
  },
  transactions: {
    unit: 'transaction of 10 records',
    async prepare(port) {
      const topic = 'transactions'
      await createTopic(port, topic, partitions)
      const load = await TransactionalLoad.open(port, { topic, partitions }, producerCount)
      return async (seconds) => {
        const pace = { perSecond: transactionsPerSecond, seconds }
        return (await atPace(pace, (finished) => load.transact(finished))).length
      }
    },
  },
  'group-joins': {
    unit: 'member that joins',
    async prepare(port) {
      await coordinatorReady(port, 'joining-0')
      let name = 0
      return (seconds) => joinGroups(port, seconds, () => name++)
    },
  },
}
