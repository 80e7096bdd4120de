// The feature by which clients learn how transactions are spoken here (KIP-584, KIP-890).

/** 0: as ever; 1: records of version 1 in the coordinator's log; 2: every transaction has an epoch of its own. */
export const TRANSACTION_VERSION = 2

/** As ApiVersions tells of it: producers of Kafka 4 switch to version 2 when they see it finalized. */
export const transactionVersionFeature = {
  supported: { name: 'transaction.version', minVersion: 0, maxVersion: TRANSACTION_VERSION },
  finalized: {
    name: 'transaction.version',
    minVersionLevel: TRANSACTION_VERSION,
    maxVersionLevel: TRANSACTION_VERSION,
  },
} as const
