/**
 * Contents of files in a partition's directory that are written with the protocol's primitive
 * types.
 */

import { array, int16, int32, int64, message, string, uint32, uuid } from '../schema/index.ts'

/** One entry of a `.txnindex` file, after an int16 of the version. */
export const AbortedTxn = message(
  'AbortedTxn',
  { versions: [0, 0], prefix: 'version' },
  {
    producerId: int64,
    firstOffset: int64,
    /** Of the marker; entries stand in its order. */
    lastOffset: int64,
    /** As it was when the marker was written. */
    lastStableOffset: int64,
  },
)

/**
 * A `.snapshot` file: the producers that a partition remembers, after an int16 of the version.
 */
export const ProducerSnapshot = message(
  'ProducerSnapshot',
  { versions: [1, 1], prefix: 'version' },
  {
    /** CRC-32C of everything behind it. */
    crc: uint32,
    producerEntries: array({
      producerId: int64,
      epoch: int16,
      lastSequence: int32,
      lastOffset: int64,
      offsetDelta: int32,
      timestamp: int64,
      coordinatorEpoch: int32,
      currentTxnFirstOffset: int64,
    }),
  },
)

/** The `quorum-state` file of a KRaft node, which holds it as JSON. */
export const QuorumStateData = message(
  'QuorumStateData',
  { versions: [0, 1], flexible: 0 },
  {
    clusterId: string.until(0),
    leaderId: int32.default(-1),
    leaderEpoch: int32.default(-1),
    votedId: int32.default(-1),
    votedDirectoryId: uuid.since(1),
    appliedOffset: int64.until(0),
    currentVoters: array({ voterId: int32 }).nullable().until(0),
  },
)
