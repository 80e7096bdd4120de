// Names of partitions' directories: `orders-7`, `orders-7.<32 hex digits>-future` while it is being filled to take the
// place of one in another log directory, and `orders-7.<32 hex digits>-delete` while its files wait for removal.

import { KafkaError } from '@samsa/protocol'

/** A partition, as its directory names it. */
export interface PartitionName {
  readonly topic: string
  readonly partition: number
  /** The directory waits to be removed. */
  readonly isDeleted: boolean
  /** The directory is on its way to replace one in another log directory. */
  readonly isFuture: boolean
}

const longestName = 255

/** The directory's name. */
export function partitionDirectory(topic: string, partition: number): string {
  return `${topic}-${partition}`
}

/** The name under which a directory waits to be removed; unique by its 16 random bytes. */
export function deletedDirectory(topic: string, partition: number, random: Buffer): string {
  const suffix = `.${random.toString('hex')}-delete`
  const name = partitionDirectory(topic, partition)
  return name.slice(0, longestName - suffix.length) + suffix
}

/**
 * The name of a log that is to replace one in another log directory (KIP-113); unique by its 16 random bytes. Throws
 * INVALID_TOPIC_EXCEPTION when no such name is short enough: unlike a deleted one it must be understood again.
 */
export function futureDirectory(topic: string, partition: number, random: Buffer): string {
  const name = `${partitionDirectory(topic, partition)}.${random.toString('hex')}-future`
  if (name.length <= longestName) return name
  throw new KafkaError('INVALID_TOPIC_EXCEPTION', 'The topic name is too long.')
}

const pattern = /^([A-Za-z0-9._-]+)-(\d+)$/
const suffixed = /^(.*)\.[0-9a-f]{32}-(delete|future)$/

/** Takes a name apart; `undefined` for directories that are not a partition's. */
export function parsePartitionDirectory(name: string): PartitionName | undefined {
  const [, plain = name, suffix] = suffixed.exec(name) ?? []
  const [, topic, partition] = pattern.exec(plain) ?? []
  if (topic === undefined || partition === undefined) return undefined
  const isDeleted = suffix === 'delete'
  return { topic, partition: Number(partition), isDeleted, isFuture: suffix === 'future' }
}
