// Rules about a pipeline that reads records, and for each writes one in the same transaction that commits its offset:
// each input comes out exactly once, whatever crashed on the way.

import type { Anomaly } from './anomaly.ts'
import type { Facts } from './facts.ts'

/** How inputs and outputs belong together. */
export interface Pipeline {
  /** Keys of the input. */
  readonly isInput: (key: string) => boolean
  readonly isOutput: (key: string) => boolean
  /** The input that an output was made of. */
  readonly sourceOf: (output: number) => number
}

/** Inputs without output, with more than one, and outputs without input. The outputs must have been read to the end. */
export function checkPipeline(facts: Facts, pipeline: Pipeline): Anomaly[] {
  const found: Anomaly[] = []
  const inputs = new Map<number, string>()
  const outputs = new Map<number, string[]>()
  for (const [key, { values }] of facts.orders) {
    for (const value of values.flat()) {
      if (pipeline.isInput(key)) inputs.set(value, key)
      const wasRead = facts.readersOf(key, value).some(({ type }) => type === 'ok')
      if (!pipeline.isOutput(key) || !wasRead) continue
      const source = pipeline.sourceOf(value)
      outputs.set(source, [...(outputs.get(source) ?? []), `${key} ${value}`])
    }
  }
  for (const [source, made] of outputs) {
    const names = made.join(' and ')
    if (!inputs.has(source)) {
      found.push({ name: 'processed-nothing', proof: `There is ${names}, but no input ${source}.` })
    } else if (made.length > 1) {
      found.push({ name: 'processed-twice', proof: `Input ${source} became ${names}.` })
    }
  }
  for (const [value, key] of inputs) {
    if (outputs.has(value)) continue
    found.push({ name: 'not-processed', proof: `Input ${key} ${value} has no output.` })
  }
  return found
}
