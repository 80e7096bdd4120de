// Groups keep their promises under faults, and the judge of the stories is no rubber stamp: planted bugs are found out.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GroupHistory } from './group-history.ts'
import { checkMutants, type Mutant } from '../mutants/check-mutants.ts'
import { groupMutants } from './mutants.ts'
import { tellStory } from './story.ts'

test('three stories keep every promise, and one seed tells one story', async () => {
  let crashes = 0
  for (let seed = 1; seed <= 3; seed++) crashes += (await tellStory(seed)).crashes
  assert.ok(crashes > 5)
  assert.deepEqual(await tellStory(3), await tellStory(3))
})

test('a planted bug is found out', () => {
  const isPlanted = ({ name }: Mutant): boolean => name.startsWith('hand out partitions')
  assert.ok(checkMutants('coordinators', groupMutants.filter(isPlanted), 20))
})

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
    [
      'a request of an old generation',
      (history) => history.taken(2, history.lastTold('a')),
      (history) => history.taken(3, history.lastTold('a')),
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
      history.told('a', 3)
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
