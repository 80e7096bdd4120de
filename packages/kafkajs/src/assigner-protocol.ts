// What members of a group tell each other, read and written: programs look into descriptions of groups with it.

import { ConsumerProtocolAssignment, ConsumerProtocolSubscription } from '@samsa/protocol'

/** What a member subscribes to. */
export interface MemberMetadata {
  readonly version: number
  readonly topics: readonly string[]
  readonly userData: Buffer
}

/** What a member was given: partitions by topic. */
export interface MemberAssignment {
  readonly version: number
  readonly assignment: Readonly<Record<string, readonly number[]>>
  readonly userData: Buffer
}

const newest = 3
const none = Buffer.alloc(0)

function versioned(version: number, body: Buffer): Buffer {
  const prefix = Buffer.alloc(2)
  prefix.writeInt16BE(version)
  return Buffer.concat([prefix, body])
}

/** Reads and writes both; `decode` gives null for no bytes. */
export const AssignerProtocol = {
  MemberMetadata: {
    encode({ version, topics, userData }: MemberMetadata): Buffer {
      return versioned(version, ConsumerProtocolSubscription.encode(version, { topics, userData }))
    },
    decode(bytes: Buffer): MemberMetadata | null {
      if (bytes.length < 2) return null
      const version = bytes.readInt16BE(0)
      const known = Math.min(version, newest)
      const { value } = ConsumerProtocolSubscription.decodeFrom(known, bytes, 2)
      return { version, topics: value.topics, userData: value.userData ?? none }
    },
  },
  MemberAssignment: {
    encode({ version, assignment, userData }: MemberAssignment): Buffer {
      const assignedPartitions = Object.entries(assignment).map(([topic, partitions]) => {
        return { topic, partitions }
      })
      const body = ConsumerProtocolAssignment.encode(version, { assignedPartitions, userData })
      return versioned(version, body)
    },
    decode(bytes: Buffer): MemberAssignment | null {
      if (bytes.length < 2) return null
      const version = bytes.readInt16BE(0)
      const known = Math.min(version, newest)
      const { value } = ConsumerProtocolAssignment.decodeFrom(known, bytes, 2)
      const lists = value.assignedPartitions.map(({ topic, partitions }) => [topic, partitions])
      return {
        version,
        assignment: Object.fromEntries(lists) as Record<string, readonly number[]>,
        userData: value.userData ?? none,
      }
    },
  },
} as const
