// The quotas of users, client ids and addresses: stored, changed and described. One node an entity.

import type { Coordination } from '@samsa/coordination'
import { KafkaError } from '@samsa/protocol'
import { clientQuotaSettings } from '@samsa/settings'
import { updateNode } from '../controller/update-node.ts'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import { NodeFields, nodeData } from '../metadata/node-fields.ts'
import { quotaParent, quotaPath } from '../metadata/paths.ts'
import { type QuotaEntity, quotaKey } from './quota-entity.ts'
import { type QuotaFilter, quotaMatcher } from './quota-filter.ts'

/** One quota to set, or to remove. */
export interface QuotaAlteration {
  readonly key: string
  readonly value: number
  readonly remove: boolean
}

/** The quotas of one entity. */
export interface EntityQuotas {
  readonly entity: QuotaEntity
  readonly values: ReadonlyMap<string, number>
}

const quotaTypes: ReadonlyMap<string, string> = new Map(
  Object.entries(clientQuotaSettings).map(([key, { type }]) => [key, type]),
)

/** Reads and changes client quotas. */
export class ClientQuotas {
  readonly #session: Coordination
  readonly #metadata: AppliedMetadata

  constructor(session: Coordination, metadata: AppliedMetadata) {
    this.#session = session
    this.#metadata = metadata
  }

  /** The quotas of the entities that the filter lets through. Throws the KafkaError of a filter that makes no sense. */
  describe(filter: QuotaFilter): EntityQuotas[] {
    const matches = quotaMatcher(filter)
    return this.#metadata.image
      .entities(quotaParent)
      .map(({ path, data }) => parseQuotas(path, data))
      .filter(({ entity }) => matches(entity))
  }

  /** Changes the quotas of one entity. Rejects with INVALID_REQUEST for what no quota can be. */
  async alter(
    entity: QuotaEntity,
    alterations: readonly QuotaAlteration[],
    validateOnly: boolean,
  ): Promise<void> {
    requireQuotas(entity, alterations)
    if (validateOnly) return
    const path = quotaPath(quotaKey(entity))
    await updateNode(this.#session, path, (node) => {
      const values = new Map(node === undefined ? [] : parseQuotas(path, node.data).values)
      for (const { key, value, remove } of alterations) {
        if (remove) values.delete(key)
        else values.set(key, value)
      }
      return { data: values.size === 0 ? null : formatQuotas({ entity, values }), value: undefined }
    })
    await this.#metadata.caughtUp()
  }
}

function requireQuotas(entity: QuotaEntity, alterations: readonly QuotaAlteration[]): void {
  const refuse = (message: string): never => {
    throw new KafkaError('INVALID_REQUEST', message)
  }
  const keys = new Set<string>()
  for (const { key, value, remove } of alterations) {
    if (keys.has(key)) refuse(`Duplicate quota key ${key} not updating quota for this entity`)
    keys.add(key)
    const type = quotaTypes.get(key)
    const isOfAddresses = key === 'connection_creation_rate'
    if (type === undefined || isOfAddresses !== entity.has('ip')) {
      refuse(`Invalid configuration key ${key}`)
    }
    if (remove) continue
    if (!(value > 0)) refuse(`Quota ${key} must be greater than 0`)
    const isWhole = Math.abs(value - Math.round(value)) <= 1e-6
    if (type !== 'double' && !isWhole) refuse(`${key} cannot be a fractional value.`)
  }
}

function formatQuotas({ entity, values }: EntityQuotas): Buffer {
  const parts = [...entity].map(([type, name]) => ({ type, name }))
  return nodeData({ entity: parts, values: Object.fromEntries(values) })
}

function parseQuotas(path: string, data: Buffer): EntityQuotas {
  const fields = NodeFields.parse(path, data)
  const entity = new Map<string, string | null>()
  for (const part of fields.list('entity'))
    entity.set(part.string('type'), part.stringOrNull('name'))
  return { entity, values: fields.numbers('values') }
}
