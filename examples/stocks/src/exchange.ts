// Opens the exchange: creates its topics, unless they are there.

import { connect } from '@samsa/client'
import { alerts, candles, knowledge, ticks } from './topics.ts'

const partitions = 6

/** Creates the topics. Rejects with KafkaError when the brokers refuse. */
export async function openExchange(brokers: string): Promise<void> {
  await using kafka = connect({ brokers, clientId: 'exchange' })
  const admin = kafka.admin()
  const there = new Set((await admin.topics.list()).map(({ name }) => name))
  const wanted = [
    // The prices are old: retention by time would delete them at once.
    { name: ticks.name, partitions, configs: { 'retention.ms': '-1' } },
    { name: candles.name, partitions: 1 },
    { name: alerts.name, partitions: 1 },
    { name: knowledge.name, partitions: 1, configs: { 'cleanup.policy': 'compact' } },
  ]
  await admin.topics.create(wanted.filter(({ name }) => !there.has(name)))
}
