// The two kept transcripts, of Samsa and of Apache Kafka, differ only where a reason is given.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differences } from './differences.ts'
import { keptScenes, scenesIn, settled } from './transcript.ts'

test('with Apache Kafka every command says what it says with Samsa, or there is a reason', () => {
  const [samsa, kafka] = [keptScenes('samsa'), keptScenes('kafka')]
  assert.ok(samsa.size > 40, 'every command is there')
  assert.deepEqual([...samsa.keys()], [...kafka.keys()])
  const differing = [...samsa].filter(([typed, said]) => kafka.get(typed) !== said)
  assert.deepEqual(
    differing.map(([typed]) => typed).toSorted(),
    Object.keys(differences).toSorted(),
  )
})

test('what differs from run to run by nature is named instead', () => {
  const said = 'ok  127.0.0.1:39163: reached in 1.5 ms\norders   Ab3dEf6h-J_lMn0pQrStUv  1.2 MB\n'
  const expected = 'ok  <address>: reached in <duration>\norders  <id>  <size>\n'
  assert.equal(settled(said), expected)
})

test('the same command line twice is two scenes', () => {
  const scenes = scenesIn('$ samsa a\none\nexit 0\n\n$ samsa a\ntwo\nexit 0\n')
  assert.deepEqual([...scenes.keys()], ['samsa a', 'samsa a (2)'])
})
