// Planted bugs: each is one change of the broker's source, made while a child process loads it. A simulation that does
// not notice them proves nothing.

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
    name: 'send markers before the decision is committed',
    file: 'broker/src/transactions/transaction-coordinator.ts',
    from: "if (decided.kind === 'prepared') machine.put(turn, decided.transaction)",
    to: `if (decided.kind === 'prepared') {
          machine.put(turn, decided.transaction)
          this.#completions.begin(partition, {
            transaction: decided.transaction,
            coordinatorEpoch: machine.coordinatorEpoch,
          })
        }`,
  },
  {
    name: 'accept the epoch of a fenced producer',
    file: 'broker/src/transactions/partition-rules.ts',
    from: 'if (known.producerEpoch !== producerEpoch) {',
    to: 'if (known.producerEpoch < producerEpoch) {',
  },
  {
    name: "let a transaction's offsets count before its marker",
    file: 'broker/src/groups/group-coordinator.ts',
    from: 'const options = { groupId, retentionMs: -1, maxMetadataBytes, producerId }',
    to: 'const options = { groupId, retentionMs: -1, maxMetadataBytes, producerId: -1 }',
  },
  {
    name: 'forget decided transactions at a restart',
    file: 'broker/src/transactions/completions.ts',
    from: 'if (decided.length === 0) return',
    to: 'if (decided.length >= 0) return',
  },
  {
    name: 'commit what timed out',
    file: 'broker/src/transactions/transaction.ts',
    from: "isCommit ? 'PrepareCommit' : 'PrepareAbort'",
    to: "isCommit || isFence ? 'PrepareCommit' : 'PrepareAbort'",
  },
  {
    name: 'keep the epoch from one transaction to the next',
    file: 'broker/src/transactions/transaction.ts',
    from: 'const isRaised = raisesEpoch(clientVersion) || isFence',
    to: 'const isRaised = isFence',
  },
]

/** Runs up to `seeds` stories with each bug; true when every one was found. */
export function checkMutants(seeds: number): boolean {
  let isEachFound = true
  for (const [i, mutant] of mutants.entries()) {
    const hook = fileURLToPath(new URL('plant-mutant.ts', import.meta.url))
    const main = fileURLToPath(new URL('../main.ts', import.meta.url))
    const args = ['--conditions=@samsa/source', '--import', hook, main]
    const story = ['transactions', '--stop', '--seeds', String(seeds)]
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
