// Lines in, records out.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Broker, startBroker } from '@samsa/broker'
import { type RunOptions, type SamsaRun, samsaRun } from '../../testing/samsa-run.ts'

let broker: Broker
before(async () => {
  broker = await startBroker({ memory: true })
})
after(() => broker.close())

function samsa(words: readonly string[], options: RunOptions = {}): Promise<SamsaRun> {
  return samsaRun(words, { brokers: broker.bootstrapServers, ...options })
}

interface Line {
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
}

async function linesIn(topic: string, ...words: readonly string[]): Promise<Line[]> {
  const { text } = await samsa(['consume', topic, '--json', ...words])
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as Line)
}

test('a line is a record', async () => {
  const run = await samsa(['produce', 'greetings'], { input: 'hello\nworld' })
  assert.equal(run.text, '2 records written to greetings (1 partition)\n')
  assert.deepEqual(
    (await linesIn('greetings')).map(({ key, value }) => [key, value]),
    [
      [null, 'hello'],
      [null, 'world'],
    ],
  )
})

test('keys, tombstones, headers and codecs', async () => {
  const words = ['-K', ':', '--null-value', '-', '-H', 'from=test', '-z', 'zstd']
  const run = await samsa(['produce', 'keyed', ...words, '--json'], { input: 'a:1\na:-\nb:x:y\n' })
  const partitions = [{ partition: 0, records: 3, lastOffset: 2 }]
  assert.deepEqual(run.json(), { topic: 'keyed', records: 3, partitions })
  const lines = await linesIn('keyed')
  assert.deepEqual(
    lines.map(({ key, value }) => [key, value]),
    [
      ['a', '1'],
      ['a', null],
      ['b', 'x:y'],
    ],
  )
  assert.deepEqual(lines[0]?.headers, { from: 'test' })
})

test('a file instead of standard input', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'samsa-produce-'))
  try {
    const path = join(directory, 'lines.jsonl')
    await writeFile(path, '{"key":"a","value":{"cents":5}}\n')
    const run = await samsa(['produce', 'filed', '--format', 'json', '-f', path])
    assert.equal(run.exitCode, 0)
    assert.equal((await linesIn('filed'))[0]?.value, '{"cents":5}')
    const missing = await samsa(['produce', 'filed', '-f', join(directory, 'none')])
    assert.equal(missing.exitCode, 1)
    assert.match(missing.errors, /cannot read .*none: ENOENT\n$/)
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('with a transactional id all records become visible, or none', async () => {
  const words = ['produce', 'ledger', '--transactional-id', 'import', '-K', ':']
  const good = await samsa(words, { input: 'a:1\nb:2\n' })
  assert.deepEqual([good.exitCode, good.errors], [0, ''])
  const bad = await samsa(words, { input: 'c:3\nno separator\n' })
  assert.equal(bad.exitCode, 2)
  assert.match(bad.errors, /^samsa produce: line 2 has no ":" after its key\n$/)
  assert.deepEqual(
    (await linesIn('ledger')).map(({ key }) => key),
    ['a', 'b'],
  )
  assert.equal((await samsa([...words, '--acks', '1'], { input: 'd:4\n' })).exitCode, 2)
})

test('a transaction that is interrupted leaves nothing', async () => {
  const words = ['produce', 'broken', '--transactional-id', 'cut']
  const run = await samsa(words, { input: 'a\n', interrupted: AbortSignal.abort() })
  assert.equal(run.exitCode, 1)
  assert.match(run.errors, /interrupted: transaction cut is aborted, nothing was written\n$/)
})
