// The access control lists of the cluster: one node a resource pattern, holding all entries about it.

import type { Coordination } from '@samsa/coordination'
import { updateNode } from '../controller/update-node.ts'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import { NodeFields, nodeData } from '../metadata/node-fields.ts'
import { aclParent, aclPath } from '../metadata/paths.ts'
import {
  type AccessControlEntry,
  type AclBinding,
  type AclFilter,
  filterMatches,
  type ResourcePattern,
} from './acl.ts'

/** Reads and changes access control lists. */
export class AccessControlLists {
  readonly #session: Coordination
  readonly #metadata: AppliedMetadata
  #cached: readonly AclBinding[] = []
  #cachedGeneration = 0

  constructor(session: Coordination, metadata: AppliedMetadata) {
    this.#session = session
    this.#metadata = metadata
  }

  /** Every binding; the same array until one of them changes. */
  all(): readonly AclBinding[] {
    const { image } = this.#metadata
    if (image.aclGeneration !== this.#cachedGeneration) {
      this.#cached = image.entities(aclParent).flatMap(({ path, data }) => parseNode(path, data))
      this.#cachedGeneration = image.aclGeneration
    }
    return this.#cached
  }

  /** The bindings that the filter means. */
  describe(filter: AclFilter): AclBinding[] {
    return this.all().filter((binding) => filterMatches(filter, binding))
  }

  /** Adds a binding; one that is there already is fine. */
  async create(binding: AclBinding): Promise<void> {
    const path = pathOf(binding)
    await updateNode(this.#session, path, (node) => {
      const present = node === undefined ? [] : parseNode(path, node.data)
      if (present.some((other) => isSame(other, binding))) {
        return { data: undefined, value: undefined }
      }
      return { data: formatNode(binding, [...present, binding]), value: undefined }
    })
    await this.#metadata.caughtUp()
  }

  /** Removes the bindings that the filter means, and resolves to them. */
  async delete(filter: AclFilter): Promise<AclBinding[]> {
    const patterns = new Map(this.describe(filter).map((binding) => [pathOf(binding), binding]))
    const deleted: AclBinding[] = []
    for (const [path, pattern] of patterns) {
      const gone = await updateNode(this.#session, path, (node) => {
        const present = node === undefined ? [] : parseNode(path, node.data)
        const kept = present.filter((binding) => !filterMatches(filter, binding))
        const value = present.filter((binding) => filterMatches(filter, binding))
        return { data: kept.length === 0 ? null : formatNode(pattern, kept), value }
      })
      deleted.push(...gone)
    }
    await this.#metadata.caughtUp()
    return deleted
  }
}

function pathOf({ resourceType, patternType, resourceName }: ResourcePattern): string {
  return aclPath(`${resourceType},${patternType},${resourceName}`)
}

function isSame(one: AccessControlEntry, other: AccessControlEntry): boolean {
  return (
    one.principal === other.principal &&
    one.host === other.host &&
    one.operation === other.operation &&
    one.permissionType === other.permissionType
  )
}

function formatNode(pattern: ResourcePattern, entries: readonly AccessControlEntry[]): Buffer {
  const { resourceType, patternType, resourceName } = pattern
  return nodeData({
    resourceType,
    patternType,
    resourceName,
    entries: entries.map(({ principal, host, operation, permissionType }) => ({
      principal,
      host,
      operation,
      permissionType,
    })),
  })
}

function parseNode(path: string, data: Buffer): AclBinding[] {
  const fields = NodeFields.parse(path, data)
  const pattern = {
    resourceType: fields.integer('resourceType'),
    patternType: fields.integer('patternType'),
    resourceName: fields.string('resourceName'),
  }
  return fields.list('entries').map((entry) => ({
    ...pattern,
    principal: entry.string('principal'),
    host: entry.string('host'),
    operation: entry.integer('operation'),
    permissionType: entry.integer('permissionType'),
  }))
}
