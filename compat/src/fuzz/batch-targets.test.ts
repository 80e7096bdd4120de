/** The batch decoders under mutated golden batches: always an answer, soon, in bounded memory. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { batchTargets } from './batch-targets.ts'
import { mutate } from './mutate.ts'
import { Random } from './random.ts'

for (const target of batchTargets()) {
  test(`${target.name}: damaged bytes are answered`, async () => {
    const random = new Random(20)
    let slowestMs = 0
    for (let i = 0; i < 1500; i++) {
      const bytes = mutate(random.pick(target.seeds), random.pick(target.seeds), random)
      const before = performance.now()
      target.run(bytes)
      slowestMs = Math.max(slowestMs, performance.now() - before)
      // Buffers that native code made are given back only between events.
      if (i % 50 === 0) await setImmediate()
    }
    assert.ok(slowestMs < 1000, `${slowestMs} ms`)
    assert.ok(process.memoryUsage().arrayBuffers < 300_000_000)
  })
}
