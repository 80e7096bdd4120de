// What a consumer does when a leader sends it to another replica, and when a new leader has less than the old one had.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchBuilder, Fetch, ListOffsets, Metadata, OffsetForLeaderEpoch } from '@samsa/protocol'
import { simulate, type Simulation } from '@samsa/world/simulated'
import { connect } from '../client.ts'
import { string } from '../serdes/built-in.ts'
import { topic } from '../serdes/topic.ts'
import { answers, scriptedPort, startScripted } from '../testing/scripted-brokers.ts'
import type { Consumer } from './consumer.ts'

const log = topic('t', { value: string })
const topicId = 'AAAAAAAAAAAAAAAAAAAAAg'

/** The records of a log from `offset` to `end`, all of one leader epoch. */
function recordsFrom(offset: number, epoch: number, end = 10): Buffer {
  const builder = new BatchBuilder()
  for (let i = offset; i < end; i++) builder.append(0, null, Buffer.from(`${i} of ${epoch}`))
  return Buffer.from(builder.build({ baseOffset: offset, partitionLeaderEpoch: epoch }))
}

interface Leadership {
  leaderId: number
  leaderEpoch: number
}

function metadataOf(leadership: Leadership) {
  return answers(Metadata, () => ({
    brokers: [1, 2].map((nodeId) => ({ nodeId, host: `b${nodeId}`, port: scriptedPort })),
    topics: [
      {
        name: log.name,
        topicId,
        partitions: [{ partitionIndex: 0, ...leadership, replicaNodes: [1, 2], isrNodes: [1, 2] }],
      },
    ],
  }))
}

type FetchRequest = Parameters<Parameters<typeof answers<typeof Fetch>>[1]>[0]
type FetchedPartition = { readonly errorCode?: number; readonly preferredReadReplica?: number }

/** Answers fetches of the one partition; in a session only what is said is fetched. */
function fetches(
  simulation: Simulation,
  content: (offset: number, request: FetchRequest) => FetchedPartition & { records: Buffer | null },
) {
  return answers(Fetch, async (request) => {
    const asked = request.topics[0]?.partitions[0]
    if (asked === undefined) {
      await simulation.clock.sleep(request.maxWaitMs)
      return { responses: [] }
    }
    const { records, ...rest } = content(asked.fetchOffset, request)
    if (records === null) await simulation.clock.sleep(20)
    const highWatermark = 10
    const partition = { partitionIndex: 0, highWatermark, records, ...rest }
    return { responses: [{ topic: log.name, topicId, partitions: [partition] }] }
  })
}

async function values(consumer: Consumer<typeof log>, count: number): Promise<string[]> {
  const read: string[] = []
  for await (const { value } of consumer) {
    read.push(value)
    if (read.length === count) break
  }
  return read
}

const starts = answers(ListOffsets, () => ({
  topics: [{ name: log.name, partitions: [{ partitionIndex: 0, offset: 0 }] }],
}))

test('a replica in the rack of the reader is read from, and the leader again when it fails', async () => {
  await simulate(1, async (simulation) => {
    const told: string[] = []
    const leadership = { leaderId: 1, leaderEpoch: 3 }
    const leader = fetches(simulation, (offset, { rackId }) => {
      told.push(`leader ${offset} ${rackId}`)
      const isDown = told.some((line) => line.startsWith('follower 5'))
      if (isDown) return { records: recordsFrom(offset, 3) }
      return { records: null, preferredReadReplica: 2 }
    })
    const follower = fetches(simulation, (offset) => {
      told.push(`follower ${offset}`)
      // It has fewer records than the leader, and says that the sixth is out of its range.
      return offset < 5 ? { records: recordsFrom(0, 3, 5) } : { records: null, errorCode: 1 }
    })
    await startScripted(simulation, 'b1', [metadataOf(leadership), starts, leader])
    await startScripted(simulation, 'b2', [metadataOf(leadership), starts, follower])
    const { world } = simulation.node('reader')
    const kafka = connect({ world, brokers: `b1:${scriptedPort}` })
    const consumer = kafka.consumer<typeof log>({ clientRack: 'east', autoOffsetReset: 'earliest' })
    consumer.assign([{ topic: log, partition: 0 }])
    const read = await values(consumer, 10)
    assert.deepEqual(read.map((value) => value.split(' ')[0]).join(''), '0123456789')
    assert.deepEqual(told.slice(0, 4), [
      'leader 0 east',
      'follower 0',
      'follower 5',
      'leader 5 east',
    ])
    await kafka.close()
  })
})

test('after a loss the reader goes back to where the logs part, or is told', async () => {
  for (const autoOffsetReset of ['earliest', 'none'] as const) {
    await simulate(2, async (simulation) => {
      const leadership = { leaderId: 1, leaderEpoch: 3 }
      const first = fetches(simulation, (offset) => {
        if (leadership.leaderId !== 1) return { records: null, errorCode: 6 }
        return { records: offset < 10 ? recordsFrom(offset, 3) : null }
      })
      const second = fetches(simulation, (offset) => {
        return { records: offset < 10 ? recordsFrom(offset, 4) : null }
      })
      // Of epoch 3 the new leader has six records; its own begin there.
      const epochs = answers(OffsetForLeaderEpoch, ({ topics }) => {
        const asked = topics[0]?.partitions[0]
        assert.deepEqual([asked?.leaderEpoch, asked?.currentLeaderEpoch], [3, 4])
        return {
          topics: [
            { topic: log.name, partitions: [{ partition: 0, leaderEpoch: 3, endOffset: 6 }] },
          ],
        }
      })
      await startScripted(simulation, 'b1', [metadataOf(leadership), starts, first])
      await startScripted(simulation, 'b2', [metadataOf(leadership), starts, second, epochs])
      const { world } = simulation.node('reader')
      const kafka = connect({ world, brokers: `b1:${scriptedPort}` })
      const consumer = kafka.consumer<typeof log>({ autoOffsetReset })
      consumer.assign([{ topic: log, partition: 0, from: 0 }])
      assert.equal((await values(consumer, 10)).at(-1), '9 of 3')
      Object.assign(leadership, { leaderId: 2, leaderEpoch: 4 })
      if (autoOffsetReset === 'none') {
        const lost = values(consumer, 1)
        await assert.rejects(lost, /t-0: the log was cut off at 6, below the position 10/)
      } else {
        assert.deepEqual(await values(consumer, 2), ['6 of 4', '7 of 4'])
      }
      await kafka.close()
    })
  }
})
