// Reading topics at a terminal.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Broker, startBroker } from '@samsa/broker'
import { RecordedOutput } from '../../terminal/testing/recorded-output.ts'
import { type RunOptions, type SamsaRun, samsaRun } from '../../testing/samsa-run.ts'

let broker: Broker
before(async () => {
  broker = await startBroker({ memory: true })
  await samsa(['topic', 'create', 'orders', '-p', '2'])
  const lines = ['a:{"cents":5}', 'a:{"cents":15}', 'a:{"cents":25}']
  await samsa(['produce', 'orders', '-K', ':', '-p', '0'], { input: lines.join('\n') })
  await samsa(['produce', 'orders', '-K', ':', '-p', '1'], { input: 'b:{"cents":100}\n' })
})
after(() => broker.close())

function samsa(words: readonly string[], options: RunOptions = {}): Promise<SamsaRun> {
  return samsaRun(words, { brokers: broker.bootstrapServers, ...options })
}

async function sorted(...words: readonly string[]): Promise<string[]> {
  const { text, errors, exitCode } = await samsa(['consume', 'orders', ...words])
  assert.deepEqual([exitCode, errors], [0, ''])
  return text.trimEnd().split('\n').sort()
}

/** An output that aborts a signal when it has seen so many bytes of results. */
class WatchedOutput extends RecordedOutput {
  readonly seen = new AbortController()
  readonly #enough: number

  constructor(enough: number) {
    super()
    this.#enough = enough
  }

  override async write(text: string | Uint8Array): Promise<void> {
    await super.write(text)
    if (this.text.length >= this.#enough) this.seen.abort()
  }
}

test('everything there is, in a format, and from places', async () => {
  const format = ['-f', '%k@%p:%o\\n']
  assert.deepEqual(await sorted(...format), ['a@0:0', 'a@0:1', 'a@0:2', 'b@1:0'])
  assert.deepEqual(await sorted(...format, '--from', '-1'), ['a@0:2', 'b@1:0'])
  assert.deepEqual(await sorted(...format, '--from', '1', '-p', '0'), ['a@0:1', 'a@0:2'])
  assert.deepEqual(await sorted(...format, '--from', '1h'), await sorted(...format))
  assert.deepEqual(await sorted(...format, '--from', 'end'), [''])
  assert.deepEqual(await sorted(...format, '-p', '0', '--count', '2'), ['a@0:0', 'a@0:1'])
})

test('filters and decoded values', async () => {
  const dear = await sorted('--filter', 'value.cents > 20', '-f', '%k %s\\n')
  assert.deepEqual(dear, ['a {"cents":25}', 'b {"cents":100}'])
  const [only] = await sorted('--key', 'b', '--json', '--value-type', 'json')
  const { topic, partition, value } = JSON.parse(only ?? '') as Record<string, unknown>
  assert.deepEqual([topic, partition, value], ['orders', 1, { cents: 100 }])
})

test('--follow goes on until it is interrupted', async () => {
  await samsa(['produce', 'news'], { input: 'one\n' })
  const output = new WatchedOutput('one\ntwo\n'.length)
  const interrupted = output.seen.signal
  const following = samsa(['consume', 'news', '--follow'], { output, interrupted })
  await samsa(['produce', 'news'], { input: 'two\n' })
  const run = await following
  assert.deepEqual([run.exitCode, run.text, run.errors], [0, 'one\ntwo\n', ''])
})

test('a group goes on where it was', async () => {
  await samsa(['produce', 'shared'], { input: '1\n2\n3\n' })
  const words = ['consume', 'shared', '--group', 'readers']
  const first = await samsa([...words, '--count', '2'])
  assert.deepEqual([first.exitCode, first.text, first.errors], [0, '1\n2\n', ''])
  assert.equal((await samsa(words)).text, '3\n')
  assert.equal((await samsa(words)).text, '')

  const described = await samsa(['group', 'describe', 'readers', '--json'])
  const [group] = described.json<{ readonly progress: readonly { readonly lag: number }[] }[]>()
  assert.deepEqual(
    group?.progress.map(({ lag }) => lag),
    [0],
  )
})

test('what contradicts itself is said', async () => {
  for (const words of [
    ['--group', 'g', '-p', '0'],
    ['--group', 'g', '--from', '-5'],
    ['-f', '%q'],
    ['--filter', 'value ='],
  ]) {
    const { exitCode, errors } = await samsa(['consume', 'orders', ...words])
    assert.equal(exitCode, 2, words.join(' '))
    assert.match(errors, /^samsa consume: [^\n]+\n$/)
  }
  const noPartition = await samsa(['consume', 'orders', '-p', '7'])
  assert.equal(noPartition.exitCode, 1)
  assert.match(noPartition.errors, /orders has no partition 7, it has 2/)
  const unknown = await samsa(['consume', 'nowhere', '--timeout', '0.3'])
  assert.equal(unknown.exitCode, 1)
  assert.match(unknown.errors, /^samsa consume: [^\n]*nowhere[^\n]*\n$/)
})
