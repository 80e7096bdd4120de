// The stories of our client, with a broker in this process.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBroker } from '@samsa/broker'
import { connect } from '@samsa/client'
import { Checks } from '../runner/suite.ts'
import { settings, stories } from './suite.ts'

for (const [name, story] of Object.entries(stories)) {
  test(`client: ${name}`, { timeout: 30_000 }, async () => {
    await using broker = await startBroker({ memory: true, settings })
    const checks = new Checks()
    await story({ bootstrap: broker.bootstrapServers, prefix: '', checks })
    const { failures, passed } = checks.result()
    assert.deepEqual(failures, [])
    assert.ok(passed > 0)
  })
}

test('a broker of this process is taken as it is', async () => {
  await using broker = await startBroker({ memory: true, settings })
  await using kafka = connect({ broker })
  const { clusterId } = await kafka.admin().cluster.describe()
  assert.equal(clusterId, broker.clusterId)
})
