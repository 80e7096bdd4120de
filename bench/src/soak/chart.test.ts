// A chart shows every line, leaves gaps where nothing was measured, and marks what happened.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartOf } from './chart.ts'

test('a chart has a path for each line, broken where the broker was away, and a stroke for each restart', () => {
  const svg = chartOf({
    title: 'Latency <all>',
    unit: 'ms',
    series: [
      {
        name: 'p50',
        points: [
          [0, 1],
          [60, 2],
          [120, Number.NaN],
          [180, 3],
          [240, 4],
        ],
      },
      {
        name: 'p99',
        points: [
          [0, 10],
          [240, 20],
        ],
      },
    ],
    marks: [120],
  })
  assert.equal(svg.match(/<path /g)?.length, 2)
  assert.equal(svg.match(/stroke-dasharray/g)?.length, 1)
  const [first = ''] = [...svg.matchAll(/ d="([^"]*)"/g)].map(([, d]) => d)
  assert.equal(first?.match(/M/g)?.length, 2, 'the line begins again behind the gap')
  assert.match(svg, /Latency &lt;all&gt;, ms/)
  assert.ok(!svg.includes('NaN'))
})
