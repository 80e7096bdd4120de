// A leader that is paused or cut off says nothing, and another one leads meanwhile: what waits for the first goes to the
// second long before the request would be too late.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InitProducerId, Metadata, Produce } from '@samsa/protocol'
import { simulate, type Simulation } from '@samsa/world/simulated'
import { connect } from '../client.ts'
import { string } from '../serdes/built-in.ts'
import { topic } from '../serdes/topic.ts'
import { answers, scriptedPort, startScripted } from '../testing/scripted-brokers.ts'

const log = topic('t', { value: string })
const topicId = 'AAAAAAAAAAAAAAAAAAAAAg'

/** Two brokers; the first one leads, and answers to no Produce request; the second one leads from `electedMs` on. */
async function startBrokers(simulation: Simulation, electedMs: number): Promise<void> {
  const { clock } = simulation
  const brokers = [1, 2].map((nodeId) => ({ nodeId, host: `b${nodeId}`, port: scriptedPort }))
  for (const nodeId of [1, 2]) {
    await startScripted(simulation, `b${nodeId}`, [
      answers(Metadata, () => {
        const leaderId = clock.monotonic() < electedMs ? 1 : 2
        const replicas = { replicaNodes: [1, 2], isrNodes: [1, 2], offlineReplicas: [] }
        const partition = { partitionIndex: 0, leaderId, leaderEpoch: leaderId, ...replicas }
        return { brokers, topics: [{ name: 't', topicId, partitions: [partition] }] }
      }),
      answers(InitProducerId, () => ({ producerId: 7, producerEpoch: 0 })),
      answers(Produce, async () => {
        if (nodeId === 1) await new Promise<never>(() => {})
        const partitionResponses = [{ index: 0, baseOffset: 5 }]
        return { responses: [{ name: 't', topicId, partitionResponses }] }
      }),
    ])
  }
}

test('a record that waits for a silent leader goes to the next one', async () => {
  await simulate(1, async (simulation) => {
    const { clock } = simulation
    const electedMs = clock.monotonic() + 3000
    await startBrokers(simulation, electedMs)
    const { world } = simulation.node('producer')
    const kafka = connect({ world, brokers: `b1:${scriptedPort},b2:${scriptedPort}` })
    const { offset } = await kafka.producer().send(log, { key: null, value: 'a' })
    assert.equal(offset, 5)
    // Nobody waited for request.timeout.ms, which is 30 s.
    assert.ok(clock.monotonic() - electedMs < 1000, `after ${clock.monotonic() - electedMs} ms`)
    await kafka.close()
  })
})
