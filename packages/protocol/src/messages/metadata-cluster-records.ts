/** ? */

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

/** ? */
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

/** ? */
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

/** ? */
export const FeatureLevelRecord = message(
  'FeatureLevelRecord',
  { versions: [0, 0], flexible: 0, recordType: 12 },
  { name: string, featureLevel: int16 },
)

/** ? */
export const ProducerIdsRecord = message(
  'ProducerIdsRecord',
  { versions: [0, 0], flexible: 0, recordType: 15 },
  { brokerId: int32, brokerEpoch: int64.default(-1), nextProducerId: int64 },
)

/** ? */
export const BeginTransactionRecord = message(
  'BeginTransactionRecord',
  { versions: [0, 0], flexible: 0, recordType: 23 },
  { name: string.nullable().tagged(0).default(null) },
)

/** ? */
export const EndTransactionRecord = message(
  'EndTransactionRecord',
  { versions: [0, 0], flexible: 0, recordType: 24 },
  {},
)

/** ? */
export const AbortTransactionRecord = message(
  'AbortTransactionRecord',
  { versions: [0, 0], flexible: 0, recordType: 25 },
  { reason: string.nullable().tagged(0).default(null) },
)

/** ? */
export const NoOpRecord = message(
  'NoOpRecord',
  { versions: [0, 0], flexible: 0, recordType: 20 },
  {},
)

/** ? */
export const ZkMigrationStateRecord = message(
  'ZkMigrationStateRecord',
  { versions: [0, 0], flexible: 0, recordType: 21 },
  { zkMigrationState: int8 },
)
