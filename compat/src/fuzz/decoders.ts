/**
 * Fuzzes decoders: mutated golden bytes, and noise, one after the other.
 *
 * What counts: nothing but a ProtocolError is thrown, no input takes long, and the heap stays
 * where it was. A slow input is run again before it is blamed, for the machine may have been busy
 * elsewhere.
 */

import { ProtocolError } from '@samsa/protocol'
import { batchTargets } from './batch-targets.ts'
import { messageTargets } from './message-targets.ts'
import { mutate } from './mutate.ts'
import type { Phase, PhaseOptions, PhaseReport } from './phase.ts'
import { Random } from './random.ts'
import type { Target } from './target.ts'

const SLOW_MS = 50
const HEAP_BYTES = 512 << 20
const INPUTS_BETWEEN_LOOKS = 4096
/** Inputs that a target gets in a row: long enough for its code to stay warm. */
const INPUTS_A_TURN = 64
/** After so many the run stops: one bug shows itself in many ways. */
const FAILURES_MAX = 20

/** The phase over all decoders. */
export const decoders: Phase = {
  name: 'decoders',
  run: async (options) => fuzzTargets([...messageTargets(), ...batchTargets()], options),
}

/** Fuzzes targets for some seconds, in the order of a seed. */
export function fuzzTargets(
  targets: readonly Target[],
  { seconds, seed }: PhaseOptions,
): PhaseReport {
  const random = new Random(seed)
  const failures: string[] = []
  const end = performance.now() + seconds * 1000
  let inputs = 0
  let taken = 0
  let heapBytes = 0
  while (performance.now() < end && failures.length < FAILURES_MAX) {
    const target = random.pick(targets)
    const other = random.pick(targets)
    for (let turn = 0; turn < INPUTS_A_TURN; turn++) {
      const bytes = mutate(seedOf(target, random), seedOf(other, random), random)
      const outcome = runOne(target, bytes)
      if (outcome === 'taken') taken++
      else if (outcome !== 'refused') failures.push(`${target.name}: ${outcome}\n  ${hex(bytes)}`)
    }
    inputs += INPUTS_A_TURN
    if (inputs % INPUTS_BETWEEN_LOOKS !== 0) continue
    heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed)
    if (heapBytes > HEAP_BYTES) failures.push(`the heap grew to ${heapBytes >> 20} MB`)
  }
  return { inputs, taken, heapBytes, failures }
}

function seedOf(target: Target, random: Random): Buffer {
  return target.seeds.length === 0 ? Buffer.alloc(0) : random.pick(target.seeds)
}

/** `taken`, `refused`, or what is wrong. */
function runOne(target: Target, bytes: Buffer): string {
  const start = performance.now()
  const outcome = attempt(target, bytes)
  if (performance.now() - start < SLOW_MS) return outcome
  const again = [0, 1, 2].map(() => {
    const restart = performance.now()
    attempt(target, bytes)
    return performance.now() - restart
  })
  const fastest = Math.min(...again)
  return fastest < SLOW_MS ? outcome : `takes ${fastest.toFixed(0)} ms for ${bytes.length} bytes`
}

function attempt(target: Target, bytes: Buffer): string {
  try {
    target.run(bytes)
    return 'taken'
  } catch (error) {
    if (error instanceof ProtocolError) return 'refused'
    return `throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
}

function hex(bytes: Buffer): string {
  return bytes.length > 2000 ? `${bytes.toString('hex', 0, 2000)}…` : bytes.toString('hex')
}
