// The other small files of a log directory and of a partition's directory: who owns the directory, whether it was
// closed in order, and which topic a partition belongs to.

/** Marker of an orderly shutdown: while it stands nothing in the directory needs recovery. */
export const CLEAN_SHUTDOWN = '.kafka_cleanshutdown'

/** Names the cluster, the broker and the directory itself. */
export const META_PROPERTIES = 'meta.properties'

/** Names the topic of a partition's directory; written before any data. */
export const PARTITION_METADATA = 'partition.metadata'

/**
 * In a partition's directory that replaced one in another log directory, or is about to be replaced: how often that
 * happened. Where two are found, the larger number wins; no file counts as 0. Apache Kafka ignores the file.
 */
export const MOVE_GENERATION = 'move-generation'

/** What `meta.properties` says; version 0 is that of clusters on ZooKeeper and has `broker.id`. */
export interface MetaProperties {
  readonly clusterId?: string
  readonly brokerId?: number
  /** 22 letters of base64url: the directory's own identity. */
  readonly directoryId?: string
}

/** The marker's content. */
export function formatCleanShutdown(brokerEpoch: number): string {
  return JSON.stringify({ version: 0, brokerEpoch })
}

/** Reads `meta.properties` of version 0 or 1; `undefined` when it is neither. */
export function parseMetaProperties(text: string): MetaProperties | undefined {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const match = /^\s*([^#!=:\s][^=:\s]*)\s*[=:]\s*(.*?)\s*$/.exec(line)
    if (match !== null) values.set(match[1] ?? '', match[2] ?? '')
  }
  const version = values.get('version')
  if (version !== '0' && version !== '1') return undefined
  const broker = values.get(version === '0' ? 'broker.id' : 'node.id')
  const clusterId = values.get('cluster.id')
  const directoryId = values.get('directory.id')
  return {
    ...(clusterId === undefined ? {} : { clusterId }),
    ...(broker === undefined || !/^-?\d+$/.test(broker) ? {} : { brokerId: Number(broker) }),
    ...(directoryId === undefined ? {} : { directoryId }),
  }
}

/** The text of `meta.properties`, version 1. */
export function formatMetaProperties(meta: Required<MetaProperties>): string {
  return [
    '#',
    `node.id=${meta.brokerId}`,
    `directory.id=${meta.directoryId}`,
    'version=1',
    `cluster.id=${meta.clusterId}`,
    '',
  ].join('\n')
}

/** The topic id in `partition.metadata`; `undefined` when the text is not one. */
export function parsePartitionMetadata(text: string): string | undefined {
  const match = /^version: 0\ntopic_id: ([A-Za-z0-9_-]{22})\s*$/.exec(text)
  return match?.[1]
}

/** The text of `partition.metadata`. */
export function formatPartitionMetadata(topicId: string): string {
  return `version: 0\ntopic_id: ${topicId}`
}
