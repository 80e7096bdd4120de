// `samsa start` as a process: who may have a data directory, and how the process ends.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { KafkaConnection } from '@samsa/network'
import { BatchBuilder, Metadata, Produce } from '@samsa/protocol'
import { nodeNetwork } from '@samsa/world/node'
import { SamsaProcess } from './process.ts'

const main = join(import.meta.dirname, '..', '..', '..', 'packages', 'cli', 'src', 'main.ts')

async function produce(port: number, value: string): Promise<number> {
  await using client = await KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port })
  const topics = [{ name: 'kept' }]
  await client.send(Metadata, 9, { topics, allowAutoTopicCreation: true })
  const builder = new BatchBuilder()
  builder.append(Date.now(), null, Buffer.from(value))
  const records = Buffer.from(builder.build({}))
  const topicData = [{ name: 'kept', partitionData: [{ index: 0, records }] }]
  const answer = await client.send(Produce, 9, { acks: -1, timeoutMs: 5000, topicData })
  const one = answer.responses[0]?.partitionResponses[0]
  assert.equal(one?.errorCode, 0)
  return one.baseOffset
}

test('A second process on one directory is refused with one line; kill -9 leaves it usable.', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'samsa-process-'))
  try {
    {
      await using first = await SamsaProcess.start({ directory })
      assert.equal(await produce(first.port, 'a'), 0)
      const start = ['start', '--data', directory, '--port', '0']
      const second = spawnSync(process.execPath, ['--conditions=@samsa/source', main, ...start], {
        encoding: 'utf8',
        timeout: 60_000,
      })
      assert.equal(second.status, 1)
      assert.match(second.stderr, /^samsa: Another process has .*\n$/)
      assert.equal(await produce(first.port, 'b'), 1)
      await first.stop('SIGKILL')
    }
    await using again = await SamsaProcess.start({ directory })
    assert.equal(await produce(again.port, 'c'), 2)
    const startedAt = performance.now()
    await again.stop('SIGTERM')
    assert.ok(performance.now() - startedAt < 5000)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
