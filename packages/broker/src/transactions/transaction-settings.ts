// The settings that transactions obey, by short names and read when needed: some may change while the broker runs.

import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'
import { type LiveSettings, liveSettings } from '../coordinators/live-settings.ts'

const names = {
  /** The longest timeout a producer may ask for. */
  maxTimeoutMs: 'transaction.max.timeout.ms',
  /** How long an id at rest is remembered. */
  idExpirationMs: 'transactional.id.expiration.ms',
  abortIntervalMs: 'transaction.abort.timed.out.transaction.cleanup.interval.ms',
  expirationIntervalMs: 'transaction.remove.expired.transaction.cleanup.interval.ms',
  /** Whether leaders ask before they take a transaction's first records (KIP-890). */
  verifiesPartitions: 'transaction.partition.verification.enable',
  addPartitionsBackoffMs: 'add.partitions.to.txn.retry.backoff.ms',
  /** How long a leader waits for a transaction that is just ending. */
  addPartitionsMaxWaitMs: 'add.partitions.to.txn.retry.backoff.max.ms',
} as const

/** What transaction coordination is configured with. Times in milliseconds. */
export type TransactionSettings = LiveSettings<typeof names>

/** The settings of transactions on top of the broker's. */
export function liveTransactionSettings(settings: BrokerSettingsView): TransactionSettings {
  return liveSettings(settings, names)
}
