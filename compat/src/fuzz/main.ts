/**
 * `npm run fuzz [-- --seconds 60] [--seed N]`: damaged and random bytes against everything that
 * reads bytes of others.
 *
 * Prints the seed first; the same seed gives the same inputs. Exits with 1 when anything crashed,
 * hung or grew.
 */

import { parseArgs } from 'node:util'
import { decoders } from './decoders.ts'
import { listener } from './listener.ts'
import type { Phase } from './phase.ts'

const phases: readonly Phase[] = [decoders, listener]

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
})
const seconds = Number(values.seconds)
const seed = Number(values.seed ?? (Math.random() * 2 ** 31) | 0)
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run fuzz -- [--seconds N] [--seed N]')
  process.exit(1)
}

console.log(`seed ${seed}`)
let failed = 0
for (const { name, run } of phases) {
  const start = performance.now()
  const { inputs, taken, heapBytes, failures } = await run({
    seconds: seconds / phases.length,
    seed,
  })
  const perSecond = Math.round((inputs / (performance.now() - start)) * 1000)
  failed += failures.length
  for (const failure of failures) console.log(failure)
  const facts = `${taken} taken, ${perSecond} inputs/s, heap ${heapBytes >> 20} MB`
  console.log(`${name}: ${inputs} inputs, ${facts}, ${failures.length} failures`)
}
process.exitCode = failed > 0 ? 1 : 0
