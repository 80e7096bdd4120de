// Where everything of the cluster lies in the coordination tree. All of it is under one prefix, so that one recursive watch
// sees every change; what must not be watched (leases) lies beside it. Names that users choose are escaped.

/** The watched prefix. */
export const metadataRoot = '/metadata'

/** Partitions in one shard node. */
export const shardSize = 256

const below = (...names: readonly (string | number)[]): string => [metadataRoot, ...names].join('/')

/** Persistent nodes that only hold others, parents first. */
export const containerPaths: readonly string[] = [
  metadataRoot,
  below('brokers'),
  below('broker-meta'),
  below('names'),
  below('topics'),
  below('deleted'),
  below('config'),
  below('config', 'topics'),
  below('config', 'brokers'),
  below('config', 'groups'),
  below('config', 'client-metrics'),
  below('quotas'),
  below('scram'),
  below('acls'),
]

/** What dynamic configs belong to. */
export type ConfigKind = 'topics' | 'brokers' | 'groups' | 'client-metrics'

/** Name of the node that holds the cluster-wide broker configs. */
export const clusterWide = 'default'

export const clusterPath = below('cluster')
export const controllerPath = below('controller')
export const controllerEpochPath = below('controller-epoch')
export const featuresPath = below('features')
export const producerIdsPath = below('producer-ids')

/** The ephemeral registration of a broker. */
export function brokerPath(id: number): string {
  return below('brokers', id)
}

/** What is known of a broker beyond its registrations. */
export function brokerMetaPath(id: number): string {
  return below('broker-meta', id)
}

/** Holds the id of the topic that has this name. */
export function namePath(topic: string): string {
  return below('names', topic)
}

export function topicPath(topicId: string): string {
  return below('topics', topicId)
}

/** Partitions shard·256 to shard·256+255 of a topic. */
export function shardPath(topicId: string, shard: number): string {
  return below('topics', topicId, `s${shard}`)
}

/** The tombstone of a topic. */
export function deletedPath(topicId: string): string {
  return below('deleted', topicId)
}

export function configPath(kind: ConfigKind, name: string): string {
  return below('config', kind, escapeName(name))
}

/** Holds a node per entity that has quotas. */
export const quotaParent = below('quotas')

export function quotaPath(entity: string): string {
  return below('quotas', escapeName(entity))
}

/** Holds a node per user who has SCRAM credentials. */
export const scramParent = below('scram')

export function scramPath(user: string): string {
  return below('scram', escapeName(user))
}

export function userOfScramPath(path: string): string {
  return unescapeName(path.slice(scramParent.length + 1))
}

/** Holds a node per resource pattern that has access control entries. */
export const aclParent = below('acls')

export function aclPath(resource: string): string {
  return below('acls', escapeName(resource))
}

/** Any text as one name of a path; `unescapeName` gives it back. */
function escapeName(text: string): string {
  // A path may hold neither an empty name nor '.' or '..'.
  if (/^\.*$/.test(text)) return `%${text.replaceAll('.', '%2E')}`
  return encodeURIComponent(text)
}

/** The text that `escapeName` made this name of. */
export function unescapeName(name: string): string {
  if (name.startsWith('%') && /^%(%2E)*$/.test(name)) return name.slice(1).replaceAll('%2E', '.')
  return decodeURIComponent(name)
}

/** The names of a path below the prefix; empty for the prefix itself. */
export function namesBelow(path: string): readonly string[] {
  return path.slice(metadataRoot.length + 1).split('/')
}
