// A client that takes a leader's word for it: acks=1, which survives what the leader's machine survives, and reads of what
// leaders say is there. What it is told has to come from a leader that was registered when it was asked.

import { BatchBuilder, Fetch, Produce } from '@samsa/protocol'
import type { Clock } from '@samsa/world'
import type { SeededRandom } from '@samsa/world/simulated'
import { topic } from '../transactions/read-committed.ts'
import type { ClusterClient } from './cluster-client.ts'
import type { LeaderAnswer } from './registrations.ts'

interface Stage {
  readonly clock: Clock
  readonly random: SeededRandom
  readonly isOver: () => boolean
  /** Throws when the answer may not have been given. */
  readonly check: (answer: LeaderAnswer) => void
}

/** Writes and reads one partition that nobody else does; resolves to how many answers there were. */
export async function runPlainClient(
  client: ClusterClient,
  partition: number,
  { clock, random, isOver, check }: Stage,
): Promise<number> {
  let answers = 0
  while (!isOver()) {
    await clock.sleep(random.below(30))
    const status = (await client.partitions())?.[partition]
    if (status === undefined || status.leaderId === -1) continue
    const { leaderId: brokerId, leaderEpoch } = status
    const invokedAtMs = clock.monotonic()
    const isWrite = random.chance(0.7)
    const errorCode = isWrite
      ? await write(client, partition, brokerId)
      : await read(client, partition, { brokerId, leaderEpoch })
    if (errorCode !== 0) continue
    answers += 1
    const what = isWrite ? 'acknowledged a record' : 'answered a fetch'
    check({ brokerId, what, invokedAtMs, completedAtMs: clock.monotonic() })
  }
  return answers
}

async function write(
  client: ClusterClient,
  partition: number,
  brokerId: number,
): Promise<number | undefined> {
  const builder = new BatchBuilder()
  builder.append(client.world.clock.now(), null, Buffer.from('plain'))
  const records = Buffer.from(builder.build())
  const answer = await client.ask(
    (connection) =>
      connection.send(Produce, 9, {
        transactionalId: null,
        acks: 1,
        timeoutMs: 1000,
        topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
      }),
    { kind: 'broker', brokerId },
  )
  return answer?.responses[0]?.partitionResponses[0]?.errorCode
}

async function read(
  client: ClusterClient,
  partition: number,
  { brokerId, leaderEpoch }: { readonly brokerId: number; readonly leaderEpoch: number },
): Promise<number | undefined> {
  const place = { partition, fetchOffset: 0, partitionMaxBytes: 1, currentLeaderEpoch: leaderEpoch }
  const answer = await client.ask(
    (connection) =>
      connection.send(Fetch, 11, {
        maxWaitMs: 0,
        minBytes: 0,
        maxBytes: 1000,
        isolationLevel: 0,
        topics: [{ topic, partitions: [place] }],
      }),
    { kind: 'broker', brokerId },
  )
  return answer?.responses[0]?.partitions[0]?.errorCode
}
