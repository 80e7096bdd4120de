/**
 * Transactions and the memory of idempotent producers.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { boolean, int, short, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const transactionSettings = {
  'transactional.id.expiration.ms': int(604_800_000, {
    min: 1,
    importance: 'high',
    doc: 'How long a transactional id is remembered after its last transaction ended.',
  }),
  'transaction.max.timeout.ms': int(900_000, {
    min: 1,
    importance: 'high',
    doc: 'Longest transaction timeout a producer may ask for.',
  }),
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': int(10_000, {
    min: 1,
    importance: 'low',
    doc: 'How often the coordinator aborts transactions that ran past their timeout.',
  }),
  'transaction.remove.expired.transaction.cleanup.interval.ms': int(3_600_000, {
    min: 1,
    importance: 'low',
    doc: 'How often the coordinator forgets expired transactional ids.',
  }),
  'transaction.state.log.num.partitions': int(50, {
    min: 1,
    importance: 'high',
    doc: 'Partitions of `__transaction_state`. It must not change once the topic exists.',
  }),
  'transaction.state.log.replication.factor': short(3, {
    min: 1,
    importance: 'high',
    doc: 'Replicas of `__transaction_state`; it is not created before so many brokers are there.',
  }),
  'transaction.state.log.min.isr': int(2, {
    min: 1,
    importance: 'high',
    doc: 'In-sync replicas needed to write `__transaction_state`.',
  }),
  'transaction.state.log.segment.bytes': int(104_857_600, {
    min: 1,
    importance: 'high',
    doc:
      'Segment size of `__transaction_state`; small, so that compaction and loading are ' +
      'quick.',
  }),
  'transaction.state.log.load.buffer.size': int(5_242_880, {
    min: 1,
    importance: 'high',
    doc: 'Bytes read at a time when transactions are loaded; a larger batch is still read whole.',
  }),
  'transaction.partition.verification.enable': boolean(true, {
    importance: 'low',
    dynamic: 'cluster-wide',
    doc:
      'Whether the broker asks the coordinator if a transaction really is open before it ' +
      'takes its first record (KIP-890).',
  }),
  'producer.id.expiration.ms': int(86_400_000, {
    min: 1,
    importance: 'low',
    dynamic: 'cluster-wide',
    doc:
      'How long a partition remembers a producer id after its last batch, for finding ' +
      'repeated batches.',
  }),
  'producer.id.expiration.check.interval.ms': int(600_000, {
    min: 1,
    importance: 'low',
    internal: true,
    doc: 'How often partitions forget expired producer ids.',
  }),
  'add.partitions.to.txn.retry.backoff.ms': int(20, {
    min: 1,
    importance: 'high',
    doc:
      'How long the broker first waits before it asks a busy coordinator again to verify a ' +
      'transaction.',
  }),
  'add.partitions.to.txn.retry.backoff.max.ms': int(100, {
    min: 0,
    importance: 'high',
    doc: 'How long the broker keeps asking a busy coordinator to verify a transaction.',
  }),
  'transaction.two.phase.commit.enable': boolean(false, {
    importance: 'low',
    accepted: because.twoPhase,
    doc: 'Whether producers may take part in transactions that another system decides (KIP-939).',
  }),
} satisfies SettingsTable
