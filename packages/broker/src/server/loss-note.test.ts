// A loss is told until the cluster knows of it: neither a stop in order nor a kill makes a broker forget.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogDirectories } from '@samsa/log'
import { resolveBrokerSettings, resolveTopicSettings } from '@samsa/settings'
import { simulate, type SimulatedNode } from '@samsa/world/simulated'
import { LossNote } from './loss-note.ts'

const directory = '/data/logs'
const { settings } = resolveBrokerSettings({ presets: { 'log.dir': directory } })

interface Life {
  readonly said: string
  /** The cluster has taken note. */
  settle(): Promise<void>
  stop(): Promise<void>
}

async function start({ world }: SimulatedNode): Promise<Life> {
  const note = new LossNote(world, [directory])
  await note.markNew()
  const logs = await LogDirectories.open(world, settings, {
    directories: [directory],
    brokerId: 1,
    clusterId: 'cluster',
    topicSettings: () => resolveTopicSettings(settings, {}),
  })
  const said = await note.read(logs.lastShutdown)
  return { said, settle: () => note.taken(), stop: () => logs.close() }
}

test('a loss of power is told until it is known, even when the broker stops in order before', async () => {
  await simulate(1, async (simulation) => {
    const node = simulation.node('broker')
    const first = await start(node)
    await first.settle()
    node.losePower({ unsynced: 'lost' })
    node.start()
    const second = await start(node)
    assert.equal(second.said, 'unclean')
    await second.stop()
    const third = await start(node)
    assert.equal(third.said, 'unclean')
    await third.settle()
    await third.stop()
    assert.equal((await start(node)).said, 'clean')
  })
})

test('an empty disk is told until it is known, even when the broker is killed before', async () => {
  await simulate(2, async (simulation) => {
    const node = simulation.node('broker')
    assert.equal((await start(node)).said, 'none')
    node.kill()
    node.start()
    const second = await start(node)
    assert.equal(second.said, 'none')
    await second.stop()
    const third = await start(node)
    assert.equal(third.said, 'none')
    await third.settle()
    node.kill()
    node.start()
    assert.equal((await start(node)).said, 'unclean')
  })
})
