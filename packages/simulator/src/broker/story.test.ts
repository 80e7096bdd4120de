// The stories themselves: they hold for a few seeds, and one seed tells one story.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { History } from './history.ts'
import { tellStory } from './story.ts'

test('A broker that crashes keeps what it acknowledged, and one seed tells one story.', async () => {
  const first = await tellStory(3)
  assert.ok(first.crashes > 0 && first.acknowledged > 20 && first.read > 20)
  const again = await tellStory(3)
  assert.equal(again.traceHash, first.traceHash)
})

test('The history finds what is lost, doubled, invented or changed, and nothing else.', () => {
  const story = (): History => {
    const history = new History()
    history.sending('a', 0, true)
    history.acknowledge('a', 5)
    history.sending('b', 0, false)
    return history
  }
  story().check(
    0,
    new Map([
      [5, 'a'],
      [6, 'b'],
      [7, 'b'],
    ]),
  )
  assert.throws(() => story().check(0, new Map([[6, 'a']])), /acknowledged at 0\/5/)
  assert.throws(
    () =>
      story().check(
        0,
        new Map([
          [5, 'a'],
          [6, 'a'],
        ]),
      ),
    /there twice/,
  )
  assert.throws(() => story().saw(0, 5, 'b'), /held a and then b/)
  assert.throws(() => story().saw(0, 9, 'c'), /never sent/)
  assert.throws(() => story().saw(1, 9, 'a'), /another partition/)
})
