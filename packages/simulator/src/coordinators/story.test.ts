// Groups keep their promises under faults, and the judge of the stories is no rubber stamp: planted bugs are found out.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GroupHistory } from './group-history.ts'
import { type Mutant, tellStory } from './story.ts'

test('three stories keep every promise, and one seed tells one story', async () => {
  let crashes = 0
  for (let seed = 1; seed <= 3; seed++) crashes += (await tellStory(seed)).crashes
  assert.ok(crashes > 5)
  assert.deepEqual(await tellStory(3), await tellStory(3))
})

const mutants: Mutant[] = ['answers-before-commit', 'offsets-before-marker']
for (const mutant of mutants) {
  test(`${mutant} is found out`, async () => {
    await assert.rejects(async () => {
      for (let seed = 1; seed <= 40; seed++) await tellStory(seed, mutant)
    }, /Violation/)
  })
}

test('each rule is broken by what breaks it, and not by what almost does', () => {
  const stories: [string, (history: GroupHistory) => void, (history: GroupHistory) => void][] = [
    [
      'two owners',
      (history) => history.acquired('b', 1),
      (history) => (history.released('a', 1), history.acquired('b', 1)),
    ],
    [
      'two assignments of a generation',
      (history) => history.assigned(3, 'a', '2'),
      (history) => history.assigned(4, 'a', '2'),
    ],
    [
      'a commit taken back',
      (history) => history.committed('a', 1, 4),
      (history) => history.committed('a', 1, 5),
    ],
    ['a commit lost', (history) => history.fetched(1, 4, 5), (history) => history.fetched(1, 5, 4)],
    [
      'an offset out of nowhere',
      (history) => history.fetched(1, 9, 5),
      (history) => history.fetched(1, 6, 5),
    ],
  ]
  for (const [name, breaks, almost] of stories) {
    const begin = (): GroupHistory => {
      const history = new GroupHistory()
      history.acquired('a', 1)
      history.assigned(3, 'a', '1')
      for (const offset of [4, 5, 6]) history.committing(1, offset)
      history.committed('a', 1, 5)
      return history
    }
    const broken = begin()
    breaks(broken)
    assert.throws(() => broken.check(), /Violation/, name)
    const fine = begin()
    almost(fine)
    fine.check()
  }
})
