// A broker that comes back is reached again, however little patience those have who ask for it meanwhile.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Metadata } from '@samsa/protocol'
import { simulate } from '@samsa/world/simulated'
import { PeerChannel } from './peer-channel.ts'

const question = { topics: [], allowAutoTopicCreation: false }
/** Less than the longest wait between two attempts. */
const patience = { timeoutMs: 800 }

test('requests that give up before the next attempt do not put it off', async () => {
  await simulate(1, async (simulation) => {
    const [a, b] = [simulation.node('a'), simulation.node('b')]
    const { clock } = a.world
    const channel = new PeerChannel(a.world, { host: 'b', port: 9092, clientId: 'a' })
    const ask = async (): Promise<void> => {
      await assert.rejects(channel.request(Metadata, question, patience))
      await clock.sleep(200)
    }
    // Nobody listens: the waits grow to their longest.
    for (let i = 0; i < 12; i++) await ask()
    let isReached = false
    await b.world.network.listen({ host: '0.0.0.0', port: 9092 }, (connection) => {
      isReached = true
      connection.destroy()
    })
    for (let i = 0; i < 4 && !isReached; i++) await ask()
    assert.ok(isReached)
    channel.close()
  })
})
