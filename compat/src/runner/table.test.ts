// The last screen of a run tells what failed and how to run it again; what was not run is never taken for passed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listOf, type Row, tableOf, totalsOf } from './table.ts'

const fine: Row = { suite: 'wire', passed: 12, failures: [], seconds: 3.2 }
const broken: Row = {
  suite: 'kcat',
  passed: 2,
  failures: ['lists topics: found 0\n    of 3', 'reads', 'writes', 'joins'],
  seconds: 1,
}
const notRun: Row = {
  suite: 'java',
  passed: 0,
  failures: [],
  notRun: 'Java is missing: apt-get install openjdk-17-jre-headless',
  seconds: 0,
}

test('a failed suite is told again at the end with the command that repeats it', () => {
  const text = tableOf([fine, broken], { words: ['--against', 'kafka'], isStrict: false })
  assert.match(text, /kcat failed, again: npm run compat -- kcat --against kafka\n {2}lists topics/)
  assert.match(text, /and 1 more/)
  assert.match(text, /\n14 passed, 4 failed\n$/)
})

test('a suite that was not run says what it needs, and fails where nothing may be left out', () => {
  const text = tableOf([fine, notRun], { words: [], isStrict: false })
  assert.match(text, /java .* not run: Java is missing: apt-get install/)
  assert.match(text, /12 passed, 0 failed, 1 suite not run\n$/)
  assert.equal(totalsOf([fine, notRun], false).failed, 0)
  assert.equal(totalsOf([fine, notRun], true).failed, 1)
})

test('the list says how to get what a suite needs, and which suites Apache Kafka itself passes', () => {
  const needs = [{ what: 'kcat', how: 'apt-get install kcat' }]
  const entry = { suite: 'kcat', summary: 'kcat reads', againstKafka: true, needs, missing: 'kcat' }
  const text = listOf([entry])
  assert.match(text, /needs kcat: apt-get install kcat/)
  assert.match(text, /npm run compat -- kcat --against kafka/)
  assert.match(text, /cannot run here: kcat is missing/)
})
