// Partitioners as kafkajs programs write them, and the two that come with it. The default one places keys as Java's
// client does; the legacy one as kafkajs before version 2.

import { partitionOfKey } from '@samsa/protocol'
import type { Message } from './messages.ts'

/** A partition as a partitioner sees it. */
export interface PartitionMetadata {
  readonly partitionErrorCode: number
  readonly partitionId: number
  /** -1 where there is none. */
  readonly leader: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly offlineReplicas?: readonly number[]
}

/** What a partitioner is given. */
export interface PartitionerArgs {
  readonly topic: string
  readonly partitionMetadata: readonly PartitionMetadata[]
  readonly message: Message
}

/** Makes a partitioner for one producer. */
export type ICustomPartitioner = () => (args: PartitionerArgs) => number

/** Messages with a key go where the key says, others in turn. */
function byKey(partitionOf: (key: Buffer, count: number) => number): ICustomPartitioner {
  return () => {
    const turns = new Map<string, number>()
    return ({ topic, partitionMetadata, message }) => {
      const { partition, key } = message
      if (partition !== undefined && partition !== null) return partition
      if (key !== undefined && key !== null) {
        return partitionOf(Buffer.from(key), partitionMetadata.length)
      }
      const led = partitionMetadata.filter(({ leader }) => leader >= 0)
      const usable = led.length > 0 ? led : partitionMetadata
      const turn = turns.get(topic) ?? 0
      turns.set(topic, turn + 1)
      return usable[turn % usable.length]?.partitionId ?? 0
    }
  }
}

const multiplier = 0x5bd1e995

/**
 * Murmur2 as it comes out when products are not cut to 32 bits before they are shifted: in floating point, where digits get
 * lost. Millions of keys lie where this has put them.
 */
function looseMurmur2(key: Buffer): number {
  const byte = (at: number): number => key[at] ?? 0
  let hash: number = 0x9747b28c ^ key.length
  for (let at = 0; at < key.length; at += 4) {
    let word = byte(at) + (byte(at + 1) << 8) + (byte(at + 2) << 16) + (byte(at + 3) << 24)
    word *= multiplier
    word ^= word >>> 24
    word *= multiplier
    hash *= multiplier
    hash ^= word
  }
  const tail = key.length & ~3
  const rest = key.length - tail
  if (rest === 3) hash ^= byte(tail + 2) << 16
  if (rest >= 2) hash ^= byte(tail + 1) << 8
  if (rest >= 1) {
    hash ^= byte(tail)
    hash *= multiplier
  }
  hash ^= hash >>> 13
  hash *= multiplier
  hash ^= hash >>> 15
  return hash
}

const DefaultPartitioner = byKey(partitionOfKey)
const LegacyPartitioner = byKey((key, count) => (looseMurmur2(key) & 0x7fffffff) % count)

/** The partitioners that come with kafkajs. */
export const Partitioners = {
  DefaultPartitioner,
  LegacyPartitioner,
  JavaCompatiblePartitioner: DefaultPartitioner,
} as const
