// A failing seed is told again with less and less, until the command that is printed shows little but the failure.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Extent } from '@samsa/world/simulated'
import { shrink, tryTelling } from './shrink.ts'

/** A story of 200 steps with a fault in every fourth; it fails when the 12th fault is followed by 10 calm steps. */
async function story(extent: Extent): Promise<void> {
  let brokenAt: number | undefined
  for (let step = 0; step < extent.of(200); step++) {
    if (step % 4 === 0 && extent.fault() && extent.faults === 12) brokenAt = step
    if (brokenAt !== undefined && step === brokenAt + 10) throw new Error(`broken at step ${step}`)
  }
  await Promise.resolve()
}

test('the smallest failing prefix is found, with the fewest faults that still break it', async () => {
  const failure = await tryTelling(story, {})
  assert.ok(failure !== undefined)
  const { limits, reason } = await shrink(story, failure)
  assert.deepEqual(limits, { percent: 29, faults: 12 })
  assert.match(reason, /broken at step 54/)
  assert.ok((await tryTelling(story, limits)) !== undefined)
  assert.equal(await tryTelling(story, { ...limits, faults: 11 }), undefined)
  assert.equal(await tryTelling(story, { ...limits, percent: 25 }), undefined)
})

test('another failure that shows up on the way is not taken for the one that is looked for', async () => {
  const tell = async (extent: Extent): Promise<void> => {
    await Promise.resolve()
    if (extent.of(100) < 50) throw new Error('it is too short to begin')
    throw new Error('lost record 7')
  }
  const failure = await tryTelling(tell, {})
  assert.ok(failure !== undefined)
  const { limits } = await shrink(tell, failure)
  assert.deepEqual(limits, { percent: 50, faults: 0 })
})
