// Group commit: one loop takes what has been asked for, decides it on a stage, writes it as one batch and, when that is
// on the medium, commits, reports and answers in the order of the calls.
//
// Invariant: the tree changes only between two turns of the loop's disk calls and only by what is on the medium. If the
// write fails, the whole group is refused with the disk's error: what looked like a version conflict may have come
// from a transaction of the same group that never happened.

import { BatchBuilder } from '@samsa/protocol'
import type { Clock } from '@samsa/world'
import type { MultiResult } from '../coordination.ts'
import { Stage } from '../tree/stage.ts'
import type { Outcome, Transaction } from '../tree/transaction.ts'
import type { Tree } from '../tree/tree.ts'
import type { Watches } from '../tree/watches.ts'
import { ByteWriter } from '../bytes/byte-writer.ts'
import type { Journal } from './journal.ts'
import type { Snapshots } from './snapshots.ts'
import { writeTransaction } from './transaction-format.ts'

/** A group is closed when it has so many bytes. */
const GROUP_BYTES = 1024 * 1024

/** What a committer works with. */
export interface CommitterParts {
  readonly tree: Tree
  readonly journal: Journal
  readonly snapshots: Snapshots
  readonly watches: Watches
}

type Request =
  | {
      readonly kind: 'write'
      readonly transaction: Transaction
      readonly resolve: (result: MultiResult) => void
      readonly reject: (error: unknown) => void
    }
  /** Something that must see the writes before it and not those after it. */
  | { readonly kind: 'read'; readonly run: () => void }

/** A request with what the stage made of it; a read has no outcome. */
interface Staged {
  readonly request: Request
  readonly outcome: Outcome | undefined
}

/** The one writer of a store's tree and journal. */
export class Committer {
  readonly #clock: Clock
  readonly #parts: CommitterParts
  readonly #builder = new BatchBuilder()
  readonly #writer = new ByteWriter()
  #requests: Request[] = []
  #isRunning = false
  #idle: Promise<void> = Promise.resolve()

  constructor(clock: Clock, parts: CommitterParts) {
    this.#clock = clock
    this.#parts = parts
  }

  /** Resolves when the transaction is durable, or has failed a condition; rejects with the disk's `WorldError`. */
  submit(transaction: Transaction): Promise<MultiResult> {
    return new Promise((resolve, reject) => {
      this.#add({ kind: 'write', transaction, resolve, reject })
    })
  }

  /** Runs `read` after everything submitted before, and before everything submitted later. */
  read(run: () => void): void {
    this.#add({ kind: 'read', run })
  }

  /** Waits for everything submitted, then closes the journal. */
  async close(): Promise<void> {
    await this.#idle
    await this.#parts.snapshots.idle()
    await this.#parts.journal.close()
  }

  #add(request: Request): void {
    this.#requests.push(request)
    if (this.#isRunning) return
    this.#isRunning = true
    this.#idle = this.#run()
  }

  async #run(): Promise<void> {
    // What is asked for in the same turn leaves in the same group.
    await Promise.resolve()
    while (this.#requests.length > 0) {
      const group = this.#stage()
      const failure = await this.#write()
      if (failure !== undefined) {
        refuse(group, failure.error)
        continue
      }
      this.#commit(group)
      await this.#parts.snapshots.take(this.#parts.tree)
    }
    this.#isRunning = false
  }

  #stage(): Staged[] {
    const stage = new Stage(this.#parts.tree)
    const nowMs = this.#clock.now()
    const group: Staged[] = []
    this.#builder.reset()
    for (const request of this.#requests) {
      if (this.#builder.sizeInBytes >= GROUP_BYTES) break
      const outcome = request.kind === 'write' ? stage.apply(request.transaction) : undefined
      if (request.kind === 'write' && outcome !== undefined && outcome.changes.length > 0) {
        this.#builder.append(nowMs, null, writeTransaction(this.#writer, request.transaction))
      }
      group.push({ request, outcome })
    }
    this.#requests = this.#requests.slice(group.length)
    return group
  }

  async #write(): Promise<{ error: unknown } | undefined> {
    if (this.#builder.recordCount === 0) return undefined
    const firstZxid = this.#parts.tree.zxid + 1
    const batch = this.#builder.build({ baseOffset: firstZxid, partitionLeaderEpoch: 0 })
    try {
      await this.#parts.journal.append(batch, firstZxid)
      this.#parts.snapshots.grown(batch.length)
      return undefined
    } catch (error) {
      return { error }
    }
  }

  #commit(group: readonly Staged[]): void {
    const { tree, watches } = this.#parts
    for (const { request, outcome } of group) {
      if (request.kind === 'read') {
        request.run()
      } else if (outcome !== undefined) {
        if (outcome.changes.length > 0) {
          tree.commit(tree.zxid + 1, outcome.changes)
          watches.report(outcome.changes)
        }
        request.resolve(outcome.result)
      }
    }
  }
}

function refuse(group: readonly Staged[], error: unknown): void {
  for (const { request } of group) {
    if (request.kind === 'read') request.run()
    else request.reject(error)
  }
}
