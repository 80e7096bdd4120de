/** Keys and values of control records: what stands in a log beside the data of users. */

import {
  array,
  int16,
  int32,
  int64,
  message,
  string,
  struct,
  uint16,
  uuid,
} from '../schema/index.ts'

/** Key of a control record, after an int16 of the version. */
export const ControlRecordTypeSchema = message(
  'ControlRecordTypeSchema',
  { versions: [0, 0], prefix: 'version' },
  {
    /**
     * 0: abort, 1: commit, 2: leader change, 3: snapshot header, 4: snapshot footer, 5: KRaft
     * version, 6: voters.
     */
    type: int16,
  },
)

/** Value of a commit or abort marker, after an int16 of the version. */
export const EndTxnMarker = message(
  'EndTxnMarker',
  { versions: [0, 0], prefix: 'version' },
  {
    /** An older one than the last seen is fenced. */
    coordinatorEpoch: int32,
  },
)

const voter = { voterId: int32, voterDirectoryId: uuid.since(1) }

/** Value of the record that a new KRaft leader writes first. */
export const LeaderChangeMessage = message(
  'LeaderChangeMessage',
  { versions: [0, 1], flexible: 0 },
  {
    version: int16,
    leaderId: int32,
    voters: array(voter),
    grantingVoters: array(voter),
  },
)

/** First control record of a KRaft snapshot. */
export const SnapshotHeaderRecord = message(
  'SnapshotHeaderRecord',
  { versions: [0, 0], flexible: 0 },
  { version: int16, lastContainedLogTimestamp: int64 },
)

/** Last control record of a KRaft snapshot. */
export const SnapshotFooterRecord = message(
  'SnapshotFooterRecord',
  { versions: [0, 0], flexible: 0 },
  { version: int16 },
)

/** Control record: which version of the KRaft protocol the quorum speaks. */
export const KRaftVersionRecord = message(
  'KRaftVersionRecord',
  { versions: [0, 0], flexible: 0 },
  { version: int16, kRaftVersion: int16 },
)

/** Control record: the voters of a KRaft quorum. */
export const VotersRecord = message(
  'VotersRecord',
  { versions: [0, 0], flexible: 0 },
  {
    version: int16,
    voters: array({
      voterId: int32,
      voterDirectoryId: uuid,
      endpoints: array({ name: string, host: string, port: uint16 }),
      kRaftVersionFeature: struct({ minSupportedVersion: int16, maxSupportedVersion: int16 }),
    }),
  },
)
