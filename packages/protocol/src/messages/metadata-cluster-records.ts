/** Configuration, features and transactions of KRaft's `__cluster_metadata` log. */

import {
  array,
  bool,
  float64,
  int16,
  int32,
  int64,
  int8,
  message,
  string,
} from '../schema/index.ts'

/** A configuration value was set or, with null, removed. */
export const ConfigRecord = message(
  'ConfigRecord',
  { versions: [0, 0], flexible: 0, recordType: 4 },
  {
    resourceType: int8,
    resourceName: string,
    name: string,
    value: string.nullable(),
  },
)

/** A client quota was set or removed. */
export const ClientQuotaRecord = message(
  'ClientQuotaRecord',
  { versions: [0, 0], flexible: 0, recordType: 14 },
  {
    entity: array({ entityType: string, entityName: string.nullable() }),
    key: string,
    value: float64,
    remove: bool,
  },
)

/** A feature's finalized level changed. */
export const FeatureLevelRecord = message(
  'FeatureLevelRecord',
  { versions: [0, 0], flexible: 0, recordType: 12 },
  { name: string, featureLevel: int16 },
)

/** A block of producer ids was given to a broker. */
export const ProducerIdsRecord = message(
  'ProducerIdsRecord',
  { versions: [0, 0], flexible: 0, recordType: 15 },
  { brokerId: int32, brokerEpoch: int64.default(-1), nextProducerId: int64 },
)

/** A transaction of the metadata log begins: its records count together, or not at all. */
export const BeginTransactionRecord = message(
  'BeginTransactionRecord',
  { versions: [0, 0], flexible: 0, recordType: 23 },
  { name: string.nullable().tagged(0).default(null) },
)

/** A transaction of the metadata log ends, and counts. */
export const EndTransactionRecord = message(
  'EndTransactionRecord',
  { versions: [0, 0], flexible: 0, recordType: 24 },
  {},
)

/** A transaction of the metadata log ends, and does not count. */
export const AbortTransactionRecord = message(
  'AbortTransactionRecord',
  { versions: [0, 0], flexible: 0, recordType: 25 },
  { reason: string.nullable().tagged(0).default(null) },
)

/** Nothing: it only moves the log's end, so that its age can be seen. */
export const NoOpRecord = message(
  'NoOpRecord',
  { versions: [0, 0], flexible: 0, recordType: 20 },
  {},
)

/** How far a migration from ZooKeeper has come. */
export const ZkMigrationStateRecord = message(
  'ZkMigrationStateRecord',
  { versions: [0, 0], flexible: 0, recordType: 21 },
  { zkMigrationState: int8 },
)
