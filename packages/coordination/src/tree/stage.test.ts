// The pure state machine: what a transaction does is decided on a stage, and the tree changes only by what is committed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { create } from '../contract/cases.ts'
import { Model, randomOperations } from '../contract/index.ts'
import { SeededRandom } from '@samsa/world/simulated'
import type { Operation } from '../coordination.ts'
import { Stage } from './stage.ts'
import type { Transaction } from './transaction.ts'
import { Tree } from './tree.ts'

function multi(...operations: Operation[]): Transaction {
  return { kind: 'multi', sessionId: 's', operations }
}

test('the stage sees its own transactions, the tree sees them when they are committed', () => {
  const tree = new Tree()
  const stage = new Stage(tree)
  const first = stage.apply(multi(create('/a', '')))
  const second = stage.apply(multi(create('/a/b', '')))
  assert.deepEqual([first.result.ok, second.result.ok, stage.zxid], [true, true, 2])
  assert.equal(tree.get('/a'), undefined)
  tree.commit(1, first.changes)
  assert.equal(tree.get('/a')?.stat.childCount, 0)
  tree.commit(2, second.changes)
  assert.equal(tree.get('/a')?.stat.childCount, 1)
  assert.equal(tree.size, 3)
})

test('a failed transaction takes no zxid and leaves nothing on the stage', () => {
  const stage = new Stage(new Tree())
  const failed = stage.apply(multi(create('/a', ''), create('/x/y', '')))
  assert.deepEqual(failed.result, { ok: false, failure: 'no-node', index: 1 })
  assert.deepEqual(failed.changes, [])
  const { result } = stage.apply(multi(create('/a', '')))
  assert.ok(result.ok && result.zxid === 1)
})

test('ephemeral nodes that are still on the stage end with their session too', () => {
  const stage = new Stage(new Tree())
  stage.apply(multi({ ...create('/e', ''), ephemeral: true }, create('/a', '')))
  const ended = stage.apply({ kind: 'end-session', sessionId: 's' })
  assert.deepEqual(
    ended.changes.filter(({ reported }) => reported).map(({ path, after }) => [path, after]),
    [['/e', undefined]],
  )
  const again = stage.apply({ kind: 'end-all-sessions' })
  assert.deepEqual([again.changes.length, stage.zxid], [0, 2])
})

test('a list of all nodes stays as it was while the tree moves on, parents first', () => {
  const tree = new Tree()
  const model = new Model()
  const random = new SeededRandom(11)
  model.multi('', [create('/p', '')], 1)
  tree.commit(1, new Stage(tree).apply(multi(create('/p', ''))).changes)
  for (let i = 0; i < 2000; i++) {
    const operations = randomOperations(random, '/p', model)
    const stage = new Stage(tree)
    const { result, changes } = stage.apply(multi(...operations))
    const failure = model.multi('s', operations, stage.zxid)
    assert.equal(result.ok, failure === undefined)
    const before = tree.snapshot()
    const copy = structuredClone(before.map(({ path, stat }) => ({ path, stat })))
    if (changes.length > 0) tree.commit(stage.zxid, changes)
    assert.deepEqual(
      before.map(({ path, stat }) => ({ path, stat })),
      copy,
    )
    const restored = new Tree()
    for (const node of tree.snapshot()) {
      const parent = node.path.slice(0, node.path.lastIndexOf('/')) || '/'
      assert.ok(node.path === '/' || restored.get(parent) !== undefined)
      restored.restore(node, tree.zxid)
    }
    assert.ok(restored.isConsistent() && tree.isConsistent())
    assert.deepEqual(tree.descendants('/'), model.paths())
  }
})
