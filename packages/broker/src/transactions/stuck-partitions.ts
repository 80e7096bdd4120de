// Why the last stable offset of a partition stands still: the transaction that was begun first and is open. One that is
// open for longer than the broker allows belongs to no coordinator any more (a hanging transaction, KIP-664); it is told
// in the log once, with what an administrator needs to end it.

import type { Logger } from '@samsa/world'
import type { Partition } from '../replicas/partition.ts'
import type { Replicas } from '../replicas/replicas.ts'
import type { ProducerIdentity } from './transaction.ts'
import type { TransactionStateName } from './transaction-state.ts'

/** An open transaction in a partition. */
export interface OpenTransaction extends ProducerIdentity {
  readonly startOffset: number
  /** Timestamp of its last record there. */
  readonly lastTimestampMs: number
}

/** The same, with what its coordinator says. */
export interface UnstableReason extends OpenTransaction {
  readonly transactionalId?: string
  readonly state?: TransactionStateName
  readonly startMs?: number
  readonly timeoutMs?: number
}

/** A partition whose readers wait in vain. */
export interface StuckPartition extends OpenTransaction {
  readonly topic: string
  readonly partition: number
  /** Wall-clock time at which it was noticed. */
  readonly foundMs: number
}

/** Stuck partitions that are remembered. */
const MOST_FOUND = 100

/** The open transaction that holds the last stable offset. */
export function oldestOpenTransaction({ log }: Partition): OpenTransaction | undefined {
  let oldest: OpenTransaction | undefined
  for (const each of log.producers()) {
    const startOffset = each.currentTransactionStartOffset
    if (startOffset < 0 || (oldest !== undefined && oldest.startOffset <= startOffset)) continue
    const { producerId, producerEpoch, lastTimestamp: lastTimestampMs } = each
    oldest = { producerId, producerEpoch, startOffset, lastTimestampMs }
  }
  return oldest
}

/** Looks for hanging transactions in the partitions led here. */
export class StuckPartitions {
  readonly #logger: Logger
  readonly #replicas: Pick<Replicas, 'partitions'>
  /** By partition. */
  #found = new Map<string, StuckPartition>()

  constructor(logger: Logger, replicas: Pick<Replicas, 'partitions'>) {
    this.#logger = logger
    this.#replicas = replicas
  }

  /** What the last look found, oldest first. */
  found(): readonly StuckPartition[] {
    return [...this.#found.values()]
  }

  /** Looks once; `maxTimeoutMs` is the longest that a transaction may be open. */
  look(nowMs: number, maxTimeoutMs: number): void {
    const found = new Map<string, StuckPartition>()
    for (const hosted of this.#replicas.partitions()) {
      const { role, log, topic, index: partition } = hosted
      if (role.kind !== 'leader' || !log.isLoaded) continue
      if (log.lastStableOffset >= log.highWatermark) continue
      const open = oldestOpenTransaction(hosted)
      if (open === undefined || nowMs - open.lastTimestampMs <= maxTimeoutMs) continue
      const name = `${topic}-${partition}`
      const known = this.#found.get(name)
      const isKnown =
        known?.producerId === open.producerId && known.startOffset === open.startOffset
      const stuck = isKnown ? known : { ...open, topic, partition, foundMs: nowMs }
      if (!isKnown) {
        const openMs = nowMs - open.lastTimestampMs
        this.#logger.warn(
          { ...stuck, openMs },
          'A transaction is open for longer than any may be; its readers are stuck.',
        )
      }
      found.set(name, stuck)
      if (found.size === MOST_FOUND) break
    }
    this.#found = found
  }
}
