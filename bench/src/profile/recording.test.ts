// A profile is summed by function, whatever path led to it, and what slept is no cost.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allocatedBytes, selfTimes } from './recording.ts'

const frame = (functionName: string, url: string, lineNumber: number) => ({
  functionName,
  scriptId: '1',
  url,
  lineNumber,
  columnNumber: 0,
})

test('self time is summed by function and idle time left out', () => {
  const append = frame('append', 'file:///home/samsa/packages/log/src/a.ts', 9)
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('(root)', '', -1) },
      { id: 2, callFrame: append },
      { id: 3, callFrame: frame('(idle)', '', -1) },
      { id: 4, callFrame: append },
    ],
    startTime: 0,
    endTime: 100,
    samples: [2, 3, 4],
    timeDeltas: [10, 80, 5],
  }
  assert.deepEqual(selfTimes(profile), [{ where: 'append log/src/a.ts:10', amount: 15 }])
})

test('allocations of all depths are summed by function, the greatest first', () => {
  const leaf = { callFrame: frame('encode', '', 0), selfSize: 64, id: 2, children: [] }
  const head = { callFrame: frame('answer', '', 0), selfSize: 100, id: 1, children: [leaf, leaf] }
  assert.deepEqual(allocatedBytes({ head }), [
    { where: 'encode', amount: 128 },
    { where: 'answer', amount: 100 },
  ])
})
