// What all analysts have in common: a group of its own that reads `ticks`, knowledge by symbol, and something to say. What
// is said, what is known and how far was read are written in one transaction: an analyst that is killed at any moment and
// started again says nothing twice and leaves nothing out.

import { connect, type KafkaClient, type Topic } from '@samsa/client'
import { knowledge, type Tick, ticks } from './topics.ts'

/** What an analyst makes of a tick. */
export interface Thought<State> {
  readonly state: State
  /** Records to write. */
  readonly said: readonly Said[]
}

/** A record for a topic. */
export interface Said {
  readonly topic: Topic<string, unknown>
  readonly value: unknown
}

/** An analyst: a pure step from what it knows of a symbol and a tick to what it knows then. */
export interface Analyst<State> {
  readonly name: string
  readonly initial: State
  step(state: State, tick: Tick): Thought<State>
}

/** A record for `topic`; the symbol is its key. */
export function say<Value>(topic: Topic<string, Value>, value: Value): Said {
  return { topic: topic as Topic<string, unknown>, value }
}

/** Lets an analyst work until the signal. */
export async function analyse<State>(
  analyst: Analyst<State>,
  brokers: string,
  signal: AbortSignal,
): Promise<void> {
  const { name, initial } = analyst
  await using kafka = connect({ brokers, clientId: name })
  const known = await recall<State>(kafka, name)
  const producer = kafka.producer({ transactionalId: `analyst-${name}` })
  const consumer = kafka.consumer({
    group: name,
    topics: [ticks],
    autoOffsetReset: 'earliest',
    isolationLevel: 'read_committed',
    commits: 'manual',
  })
  try {
    for await (const batch of consumer.batches({ signal })) {
      await producer.transaction(async (tx) => {
        const touched = new Set<string>()
        for (const { key: symbol, value: tick } of batch.records) {
          const { state, said } = analyst.step(known.get(symbol) ?? initial, tick)
          known.set(symbol, state)
          touched.add(symbol)
          for (const { topic, value } of said) await tx.send(topic, { key: symbol, value })
        }
        for (const symbol of touched) {
          const value = { analyst: name, symbol, state: known.get(symbol) }
          await tx.send(knowledge, { key: `${name}/${symbol}`, value })
        }
        await tx.sendOffsets(consumer, batch)
      })
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** What the analyst knew when it was last running. */
async function recall<State>(kafka: KafkaClient, name: string): Promise<Map<string, State>> {
  const known = new Map<string, State>()
  await using reader = kafka.consumer<typeof knowledge>({ isolationLevel: 'read_committed' })
  const places = (await reader.partitionsOf(knowledge)).map((partition) => {
    return { topic: knowledge, partition }
  })
  const ends = await reader.offsets(places, 'latest')
  const isRead = (): boolean =>
    places.every(({ topic, partition }, i) => {
      const end = ends[i]?.offset ?? 0
      return end === 0 || (reader.position(topic, partition) ?? 0) >= end
    })
  await reader.assignAll([knowledge], 'earliest')
  const done = new AbortController()
  // What follows the last record may be the marker of a transaction, which nobody hands out.
  const look = setInterval(() => {
    if (isRead()) done.abort()
  }, 20)
  try {
    for await (const { value } of reader.records({ signal: done.signal })) {
      if (value.analyst === name) known.set(value.symbol, value.state as State)
    }
  } catch (error) {
    if (!done.signal.aborted) throw error
  } finally {
    clearInterval(look)
  }
  return known
}
