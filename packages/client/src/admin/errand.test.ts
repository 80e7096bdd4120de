// Errands: together to the broker that can do them, again where it has moved, one outcome for each.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import { nodeWorld } from '@samsa/world/node'
import { Cluster } from '../cluster/cluster.ts'
import { readClusterOptions } from '../cluster/cluster-settings.ts'
import { type Errand, type Places, runErrand } from './errand.ts'
import type { Outcomes } from './results.ts'

/** A cluster whose brokers answer as `answer` says; what they were asked, by broker. */
function stage(answer: (brokerId: number, item: string, attempt: number) => string | KafkaError) {
  const settings = readClusterOptions({ retryBackoffMs: 1, retryBackoffMaxMs: 1 })
  const cluster = new Cluster(nodeWorld({}), [{ host: 'h', port: 1 }], settings)
  const asked: string[] = []
  const attempts = new Map<string, number>()
  const ask = (brokerId: number, items: readonly string[]): Outcomes<string, string> => {
    asked.push(`${brokerId}: ${items.join()}`)
    return new Map(
      items.map((item) => {
        const attempt = (attempts.get(item) ?? 0) + 1
        attempts.set(item, attempt)
        return [item, answer(brokerId, item, attempt)]
      }),
    )
  }
  cluster.broker = ((id: number) => ({ connect: async () => ({ name: `b${id}` }) })) as never
  const errand = (
    items: readonly string[],
    route: (item: string, attempt: number) => number | KafkaError,
  ): Errand<string, string, string> => ({
    items,
    keyOf: (item) => item,
    nameOf: (item) => `Thing ${item}`,
    route: async (open, _patience, attempt) => {
      const places: Places<string> = new Map(open.map((item) => [item, route(item, attempt)]))
      return places
    },
    ask: async (_link, open, { brokerId }) => ask(brokerId, open),
  })
  const run = (
    items: readonly string[],
    route: (item: string, attempt: number) => number | KafkaError,
    more: { readonly timeoutMs?: number; readonly mayLag?: boolean } = {},
  ) => {
    const { timeoutMs = 5000, mayLag = false } = more
    const deadlineMs = cluster.world.clock.monotonic() + timeoutMs
    return runErrand(cluster, { ...errand(items, route), mayLag }, { deadlineMs })
  }
  return { asked, run }
}

test('what goes to one broker goes in one request, and outcomes keep the order of the items', async () => {
  const { asked, run } = stage((brokerId, item) => `${item} by ${brokerId}`)
  const outcomes = await run(['a', 'b', 'c'], (item) => (item === 'b' ? 2 : 1))
  assert.deepEqual(asked, ['1: a,c', '2: b'])
  assert.deepEqual([...outcomes.values()], ['a by 1', 'b by 2', 'c by 1'])
})

test('only what has moved is asked for again, at its new place', async () => {
  const { asked, run } = stage((brokerId, item) => {
    return item === 'b' && brokerId === 1 ? new KafkaError('NOT_COORDINATOR') : 'done'
  })
  const outcomes = await run(['a', 'b'], (item, attempt) => (item === 'b' && attempt > 1 ? 2 : 1))
  assert.deepEqual(asked, ['1: a,b', '2: b'])
  assert.deepEqual([...outcomes.values()], ['done', 'done'])
})

test('an error that another try does not help names its item; the others are done', async () => {
  const { run } = stage((_broker, item) => {
    return item === 'b' ? new KafkaError('INVALID_CONFIG', 'Nonsense.') : 'done'
  })
  const outcomes = await run(['a', 'b'], () => 1)
  assert.equal(outcomes.get('a'), 'done')
  const error = outcomes.get('b') as KafkaError
  assert.deepEqual([error.name, error.message], ['INVALID_CONFIG', 'Thing b: Nonsense.'])
})

test('a new topic may be unknown at first, a third time it is believed', async () => {
  const unknown = new KafkaError('UNKNOWN_TOPIC_OR_PARTITION')
  const lagging = stage((_broker, _item, attempt) => (attempt < 3 ? unknown : 'there'))
  assert.equal((await lagging.run(['t'], () => 1, { mayLag: true })).get('t'), 'there')
  const absent = stage(() => unknown)
  const outcome = (await absent.run(['t'], () => 1, { mayLag: true })).get('t') as KafkaError
  assert.equal(outcome.name, 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.equal(absent.asked.length, 3)
})

test('when the time is over the last reason is the outcome', async () => {
  const { run } = stage(() => new KafkaError('NOT_CONTROLLER'))
  const outcome = (await run(['a'], () => 1, { timeoutMs: 30 })).get('a') as KafkaError
  assert.deepEqual(
    [outcome.name, outcome.message.startsWith('Thing a: ')],
    ['NOT_CONTROLLER', true],
  )
})

test('a lost connection is tried again', async () => {
  let losses = 0
  const { run } = stage(() => {
    if (losses++ < 2) throw new WorldError('reset', 'b1', 'b1 closed the connection.')
    return 'done'
  })
  assert.equal((await run(['a'], () => 1)).get('a'), 'done')
})
