// The feature by which clients learn how transactions are spoken here (KIP-584, KIP-890).

/** 0: as ever; 1: records of version 1 in the coordinator's log; 2: every transaction has an epoch of its own. */
export const TRANSACTION_VERSION = 2
