// What somebody who looks into a log directory relies on.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { LogDirectories } from '@samsa/log'
import { BatchBuilder } from '@samsa/protocol'
import { resolveBrokerSettings, resolveTopicSettings } from '@samsa/settings'
import { nodeWorld } from '@samsa/world/node'
import { logDump } from './log-dump.ts'

test('a dump shows batches and records, and says in words where a file is cut off', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'samsa-dump-'))
  try {
    const { settings } = resolveBrokerSettings({})
    const directories = await LogDirectories.open(nodeWorld(), settings, {
      directories: [directory],
      brokerId: 1,
      topicSettings: () => resolveTopicSettings(settings, {}),
    })
    const topicId = 'hMhOfsn3QrO9EGk80VnyFQ'
    const log = await directories.create('orders', 0, { topicId })
    for (const value of ['first', 'second']) {
      const builder = new BatchBuilder()
      builder.append(1_790_000_000_000, Buffer.from('key'), Buffer.from(value))
      await log.appendAsLeader(builder.build(), { leaderEpoch: 0 })
    }
    await directories.close()
    const file = join(directory, 'orders-0', '00000000000000000000.log')
    const lines: string[] = []
    const print = (line: string): void => void lines.push(line)
    assert.equal(await logDump([file], { records: true }, print), 0)
    assert.match(lines.join('\n'), /offsets 1-1 records 1 .*\n {4}1 1790000000000 key = second/)

    truncateSync(file, 100)
    lines.length = 0
    assert.equal(await logDump([file], {}, print), 1)
    assert.match(lines.at(-1) ?? '', /DAMAGED: At byte \d+: the last batch is cut off/)
    lines.length = 0
    assert.equal(await logDump([file, join(directory, 'none')], { json: true }, print), 1)
    const [first, second] = lines.map((line) => JSON.parse(line) as { problems: string[] })
    assert.equal(first?.problems.length, 1)
    assert.deepEqual(second?.problems.length, 1)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
