// Planted bugs: each is one change of the log's source, made while a child process loads it. A simulation that does not
// notice them proves nothing.

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

/** The bugs that must be found. */
export const mutants: readonly Mutant[] = [
  {
    name: 'skip the fdatasync before the checkpoint',
    file: 'log/src/appends/log-flush.ts',
    from: "await log.host.files.use(segment.file, 'update', (file) => file.sync())",
    to: '',
  },
  {
    name: 'forget to cut the tail',
    file: 'log/src/recovery/recover-segments.ts',
    from: 'if (scanned.position < sizeInBytes) await file.truncate(scanned.position)',
    to: '',
  },
  {
    name: 'snapshot ahead of the data',
    file: 'log/src/log-maintenance.ts',
    from: 'await writeSnapshot(this.#log, offset, bytes)',
    to: 'await writeSnapshot(this.#log, offset, formatProducerSnapshot(this.#log.producers.entries()))',
  },
  {
    name: 'swap before the cleaned file is synced',
    file: 'log/src/cleaning/cleaning-worker.ts',
    from: 'await this.#file.sync()',
    to: '',
  },
]

/** Runs up to `seeds` stories with each bug; true when every one was found. */
export function checkMutants(seeds: number): boolean {
  let isEachFound = true
  for (const [i, mutant] of mutants.entries()) {
    const hook = fileURLToPath(new URL('plant-mutant.ts', import.meta.url))
    const main = fileURLToPath(new URL('../main.ts', import.meta.url))
    const args = ['--conditions=@samsa/source', '--import', hook, main]
    const story = ['log', '--stop', '--seeds', String(seeds)]
    const result = spawnSync(process.execPath, [...args, ...story], {
      encoding: 'utf8',
      env: { ...process.env, SAMSA_MUTANT: String(i) },
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
