/** Brokers and controllers in KRaft's `__cluster_metadata` log. */

import {
  array,
  bool,
  int16,
  int32,
  int64,
  int8,
  message,
  string,
  uint16,
  uuid,
} from '../schema/index.ts'

/** A broker registered. */
export const RegisterBrokerRecord = message(
  'RegisterBrokerRecord',
  { versions: [0, 4], flexible: 0, recordType: 0 },
  {
    brokerId: int32,
    isMigratingZkBroker: bool.since(2).default(false),
    incarnationId: uuid,
    brokerEpoch: int64,
    endPoints: array({
      name: string,
      host: string,
      port: uint16,
      securityProtocol: int16,
    }),
    features: array({ name: string, minSupportedVersion: int16, maxSupportedVersion: int16 }),
    rack: string.nullable(),
    fenced: bool.default(true),
    inControlledShutdown: bool.since(1).default(false),
    logDirs: array(uuid).since(3).tagged(0),
    cordonedLogDirs: array(uuid).nullable().since(4).tagged(1).default(null),
  },
)

/** A broker's registration was removed. */
export const UnregisterBrokerRecord = message(
  'UnregisterBrokerRecord',
  { versions: [0, 0], flexible: 0, recordType: 1 },
  { brokerId: int32, brokerEpoch: int64 },
)

/** A registered broker changed. */
export const BrokerRegistrationChangeRecord = message(
  'BrokerRegistrationChangeRecord',
  { versions: [0, 3], flexible: 0, recordType: 17 },
  {
    brokerId: int32,
    brokerEpoch: int64,
    fenced: int8.tagged(0),
    inControlledShutdown: int8.since(1).tagged(1),
    logDirs: array(uuid).since(2).tagged(2),
    cordonedLogDirs: array(uuid).nullable().since(3).tagged(3).default(null),
  },
)

/** A broker was fenced; BrokerRegistrationChangeRecord has replaced it. */
export const FenceBrokerRecord = message(
  'FenceBrokerRecord',
  { versions: [0, 0], flexible: 0, recordType: 7 },
  { id: int32, epoch: int64 },
)

/** A broker was unfenced; BrokerRegistrationChangeRecord has replaced it. */
export const UnfenceBrokerRecord = message(
  'UnfenceBrokerRecord',
  { versions: [0, 0], flexible: 0, recordType: 8 },
  { id: int32, epoch: int64 },
)

/** A controller registered. */
export const RegisterControllerRecord = message(
  'RegisterControllerRecord',
  { versions: [0, 0], flexible: 0, recordType: 27 },
  {
    controllerId: int32,
    incarnationId: uuid,
    zkMigrationReady: bool,
    endPoints: array({
      name: string,
      host: string,
      port: uint16,
      securityProtocol: int16,
    }),
    features: array({ name: string, minSupportedVersion: int16, maxSupportedVersion: int16 }),
  },
)

/** A controller's registration was removed. */
export const UnregisterControllerRecord = message(
  'UnregisterControllerRecord',
  { versions: [0, 0], flexible: 0, recordType: 29 },
  { controllerId: int32 },
)
