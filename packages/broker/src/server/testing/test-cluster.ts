// What tests of several brokers do again and again: connect to one of them, and wait until something has become true.

import assert from 'node:assert/strict'
import { KafkaConnection } from '@samsa/network'
import { CreateTopics } from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import type { Broker } from '../running-broker.ts'

/** A new connection to a broker. */
export function connect({ host, port }: Pick<Broker, 'host' | 'port'>): Promise<KafkaConnection> {
  return KafkaConnection.open(nodeWorld().network, { host, port })
}

/** Looks every 10 ms; rejects after 5 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const { clock } = nodeWorld()
  for (let i = 0; i < 500; i++) {
    if (await condition()) return
    await clock.sleep(10)
  }
  throw new Error('It never came true.')
}

/** Creates a topic whose replicas lie on these brokers. */
export async function createAssigned(
  connection: KafkaConnection,
  name: string,
  assignments: readonly { readonly partitionIndex: number; readonly brokerIds: number[] }[],
): Promise<void> {
  const { topics } = await connection.send(CreateTopics, 5, {
    topics: [{ name, numPartitions: -1, replicationFactor: -1, assignments, configs: [] }],
    timeoutMs: 5000,
    validateOnly: false,
  })
  assert.equal(topics[0]?.errorCode, 0)
}
