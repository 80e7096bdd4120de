// Planted bugs: each is one change of our source, made while a child process loads it. A simulation that does not notice
// them proves nothing.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A bug to plant: `from` must stand in the file exactly once. */
export interface Mutant {
  readonly name: string
  /** The end of the file's path. */
  readonly file: string
  readonly from: string
  readonly to: string
}

/** Runs up to `seeds` stories of a simulation with each bug; true when every one was found. */
export function checkMutants(
  simulation: string,
  mutants: readonly Mutant[],
  seeds: number,
): boolean {
  let isEachFound = true
  for (const mutant of mutants) {
    const hook = fileURLToPath(new URL('plant-mutant.ts', import.meta.url))
    const main = fileURLToPath(new URL('../main.ts', import.meta.url))
    const args = ['--conditions=@samsa/source', '--import', hook, main]
    const story = [simulation, '--stop', '--seeds', String(seeds)]
    const result = spawnSync(process.execPath, [...args, ...story], {
      encoding: 'utf8',
      env: { ...process.env, SAMSA_MUTANT: JSON.stringify(mutant) },
    })
    const found = /^Seed (\d+) failed: (?:Error: )?(.*)$/m.exec(result.stdout)
    const isFound = result.status === 1 && found !== null
    isEachFound &&= isFound
    const verdict = isFound ? `found with seed ${found[1]}: ${found[2]}` : 'NOT FOUND'
    process.stdout.write(`${mutant.name}: ${verdict}\n`)
    if (!isFound) process.stdout.write(`${result.stdout}${result.stderr}\n`)
  }
  return isEachFound
}
