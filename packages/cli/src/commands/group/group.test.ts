// Groups: how far they are, and how they are moved.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Broker, startBroker } from '@samsa/broker'
import { type RunOptions, type SamsaRun, samsaRun } from '../../testing/samsa-run.ts'

let broker: Broker
before(async () => {
  broker = await startBroker({ memory: true })
  await samsa(['produce', 'ticks'], { input: '0\n1\n2\n3\n4\n' })
  await samsa(['consume', 'ticks', '--group', 'analysts', '--count', '3'])
})
after(() => broker.close())

function samsa(words: readonly string[], options: RunOptions = {}): Promise<SamsaRun> {
  return samsaRun(words, { brokers: broker.bootstrapServers, ...options })
}

interface Moves {
  readonly isExecuted: boolean
  readonly moves: readonly { readonly before: number; readonly after: number }[]
}

async function reset(...words: readonly string[]): Promise<(number | boolean | undefined)[]> {
  const run = await samsa(['group', 'reset', 'analysts', '--json', ...words])
  assert.deepEqual([run.exitCode, run.errors], [0, ''])
  const { isExecuted, moves } = run.json<Moves>()
  return [isExecuted, moves[0]?.before, moves[0]?.after]
}

test('a group is listed and described with its lag', async () => {
  assert.match((await samsa(['group', 'list'])).text, /\nanalysts +Empty/)
  const { text } = await samsa(['group', 'describe', 'analysts'])
  assert.match(text, /^analysts {2}Empty, .*0 members, lag 2/)
  assert.match(text, /\nticks +0 +3 +5 +2 +-\n/)
})

test('a reset shows what would be, and does it when it is told so', async () => {
  assert.deepEqual(await reset('--to', 'start'), [false, 3, 0])
  assert.deepEqual(await reset('--to', 'end'), [false, 3, 5])
  assert.deepEqual(await reset('--to', '-1'), [false, 3, 4])
  assert.deepEqual(await reset('--to', '2'), [false, 3, 2])
  assert.deepEqual(await reset('--to', '99'), [false, 3, 5])
  assert.deepEqual(await reset('--to', '1h'), [false, 3, 0])
  assert.deepEqual(await reset('--to', '2100-01-01'), [false, 3, 5])
  assert.deepEqual(await reset('--to', '-2', '--shift'), [false, 3, 1])
  assert.deepEqual(await reset('--to', 'current'), [false, 3, 3])
  assert.deepEqual(await reset('--to', '1', '-t', 'ticks:0', '--execute'), [true, 3, 1])
  assert.equal((await samsa(['consume', 'ticks', '--group', 'analysts'])).text, '1\n2\n3\n4\n')
})

test('what a group has committed is forgotten, and it is deleted', async () => {
  const forgot = await samsa(['group', 'forget', 'analysts', '-t', 'ticks'])
  assert.deepEqual([forgot.exitCode, forgot.text], [0, 'forgot ticks-0\n'])
  assert.equal((await samsa(['group', 'delete', 'analysts'])).text, 'deleted analysts\n')
  const gone = await samsa(['group', 'describe', 'analysts'])
  assert.equal(gone.exitCode, 1)
  assert.match(gone.errors, /^samsa: Group analysts: [^\n]+\n$/)
  const nothing = await samsa(['group', 'reset', 'analysts', '--to', 'start'])
  assert.equal(nothing.exitCode, 1)
  assert.match(nothing.errors, /group analysts has committed nothing/)
})
