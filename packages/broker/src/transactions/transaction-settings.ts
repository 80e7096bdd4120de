// The settings that transactions obey, by short names and read when needed: some may change while the broker runs.

import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'

/** What transaction coordination is configured with. Times in milliseconds. */
export interface TransactionSettings {
  /** `transaction.max.timeout.ms`: the longest timeout a producer may ask for. */
  readonly maxTimeoutMs: number
  /** `transactional.id.expiration.ms`: how long an id at rest is remembered. */
  readonly idExpirationMs: number
  /** `transaction.abort.timed.out.transaction.cleanup.interval.ms`. */
  readonly abortIntervalMs: number
  /** `transaction.remove.expired.transaction.cleanup.interval.ms`. */
  readonly expirationIntervalMs: number
  /** `transaction.partition.verification.enable`: whether leaders ask before they take a transaction's first records. */
  readonly verifiesPartitions: boolean
  /** `add.partitions.to.txn.retry.backoff.ms`. */
  readonly addPartitionsBackoffMs: number
  /** `add.partitions.to.txn.retry.backoff.max.ms`: how long a leader waits for a transaction that is just ending. */
  readonly addPartitionsMaxWaitMs: number
}

/** The settings of transactions on top of the broker's. */
export function liveTransactionSettings(settings: BrokerSettingsView): TransactionSettings {
  return {
    get maxTimeoutMs() {
      return settings.get('transaction.max.timeout.ms')
    },
    get idExpirationMs() {
      return settings.get('transactional.id.expiration.ms')
    },
    get abortIntervalMs() {
      return settings.get('transaction.abort.timed.out.transaction.cleanup.interval.ms')
    },
    get expirationIntervalMs() {
      return settings.get('transaction.remove.expired.transaction.cleanup.interval.ms')
    },
    get verifiesPartitions() {
      return settings.get('transaction.partition.verification.enable')
    },
    get addPartitionsBackoffMs() {
      return settings.get('add.partitions.to.txn.retry.backoff.ms')
    },
    get addPartitionsMaxWaitMs() {
      return settings.get('add.partitions.to.txn.retry.backoff.max.ms')
    },
  }
}
