/**
 * What the members of a classic consumer group tell each other inside JoinGroup and SyncGroup;
 * the broker does not read it, but for the topics of a subscription.
 */

import { array, bytes, int32, message, string } from '../schema/index.ts'

/** What a member of a classic consumer group subscribes to, after an int16 of the version. */
export const ConsumerProtocolSubscription = message(
  'ConsumerProtocolSubscription',
  { versions: [0, 3], prefix: 'version' },
  {
    topics: array(string),
    /** The assignor's own: sticky ones keep the last assignment here. */
    userData: bytes.nullable().default(null),
    /** What a cooperative member still holds (KIP-429). */
    ownedPartitions: array({ topic: string, partitions: array(int32) })
      .since(1)
      .ignorable(),
    /** Of the owned partitions, to tell old claims from new ones. */
    generationId: int32.since(2).default(-1).ignorable(),
    rackId: string.nullable().since(3).default(null).ignorable(),
  },
)

/** What a member of a classic consumer group is assigned, after an int16 of the version. */
export const ConsumerProtocolAssignment = message(
  'ConsumerProtocolAssignment',
  { versions: [0, 3], prefix: 'version' },
  {
    assignedPartitions: array({ topic: string, partitions: array(int32) }),
    userData: bytes.nullable().default(null),
  },
)
