// Names of partitions' directories: `orders-7`, and `orders-7.<32 hex digits>-delete` while its files wait for removal.

/** A partition, as its directory names it. */
export interface PartitionName {
  readonly topic: string
  readonly partition: number
  /** The directory waits to be removed. */
  readonly isDeleted: boolean
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

/** Takes a name apart; `undefined` for directories that are not a partition's. */
export function parsePartitionDirectory(name: string): PartitionName | undefined {
  const isDeleted = name.endsWith('-delete')
  const plain = isDeleted ? name.replace(/\.[0-9a-f]{32}-delete$/, '') : name
  if (isDeleted && plain === name) return undefined
  const match = /^([A-Za-z0-9._-]+)-(\d+)$/.exec(plain)
  if (match === null) return undefined
  return { topic: match[1] ?? '', partition: Number(match[2]), isDeleted }
}
