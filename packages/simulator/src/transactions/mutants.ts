// The bugs of the broker's that the simulation must find.

import type { Mutant } from '../mutants/check-mutants.ts'

/** The bugs that must be found. */
export const transactionMutants: readonly Mutant[] = [
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
    from: 'const options = { groupId, retentionMs, maxMetadataBytes, producerId }',
    to: 'const options = { groupId, retentionMs, maxMetadataBytes, producerId: -1 }',
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
