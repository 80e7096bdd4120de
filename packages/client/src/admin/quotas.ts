// Client quotas (KIP-546): limits of users, client ids and addresses.

import { AlterClientQuotas, DescribeClientQuotas } from '@samsa/protocol'
import type { Desk } from './desk.ts'
import { checkCode, type AdminCallOptions, outcomeOf } from './errand.ts'
import type { Results } from './results.ts'
import { toAnyBroker, toController } from './routes.ts'
import type { ValidateOptions } from './topics.ts'

/** What a quota can be about. */
export type QuotaEntityType = 'user' | 'client-id' | 'ip'

/** Whom a quota is about; null is the default of those that have none of their own. */
export type QuotaEntity = { readonly [Type in QuotaEntityType]?: string | null }

/** Quotas of an entity: `producer_byte_rate`, `consumer_byte_rate`, `request_percentage` … */
export interface QuotaDescription {
  readonly entity: QuotaEntity
  readonly quotas: Readonly<Record<string, number>>
}

/** Quotas to be set for an entity, and deleted where null. */
export interface QuotaChange {
  readonly entity: QuotaEntity
  readonly quotas: Readonly<Record<string, number | null>>
}

/** Which entities; `any`: all that are named of this kind, null: the default. */
export type QuotaFilter = {
  readonly [Type in QuotaEntityType]?: string | null | { readonly any: true }
}

/** Admin calls about client quotas. */
export class QuotaAdmin {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Quotas of entities that match; with `strict` only of those that have no other kind of name. */
  async describe(
    filter: QuotaFilter = {},
    options: AdminCallOptions & { readonly strict?: boolean } = {},
  ): Promise<QuotaDescription[]> {
    return await this.#desk.runOne(
      {
        name: 'Client quotas',
        route: toAnyBroker(this.#desk.cluster),
        ask: async (link) => {
          const components = Object.entries(filter).map(([entityType, match]) => {
            if (match === null) return { entityType, matchType: 1, match: null }
            if (typeof match === 'string') return { entityType, matchType: 0, match }
            return { entityType, matchType: 2, match: null }
          })
          const { strict = false } = options
          const answer = await link.send(DescribeClientQuotas, { components, strict })
          checkCode(answer.errorCode, answer.errorMessage)
          return (answer.entries ?? []).map(({ entity, values }) => ({
            entity: entityOf(entity),
            quotas: Object.fromEntries(values.map(({ key, value }) => [key, value])),
          }))
        },
      },
      options,
    )
  }

  /** Sets and deletes quotas; the results are by the place of the change. */
  alter(changes: readonly QuotaChange[], options: ValidateOptions = {}): Results<number, void> {
    return this.#desk.run<number, number, void>(
      {
        items: changes.map((_, index) => index),
        keyOf: (index) => index,
        nameOf: (index) => `Quotas of ${entityText(changes[index]?.entity ?? {})}`,
        route: toController(this.#desk.cluster),
        ask: async (link, part) => {
          const answer = await link.send(AlterClientQuotas, {
            entries: part.flatMap((index) => {
              const change = changes[index]
              return change === undefined ? [] : [wireChange(change)]
            }),
            validateOnly: options.validateOnly ?? false,
          })
          // Brokers answer in an order of their own.
          const places = new Map(
            part.map((index) => [entityText(changes[index]?.entity ?? {}), index]),
          )
          return new Map(
            answer.entries.flatMap((result) => {
              const index = places.get(entityText(entityOf(result.entity)))
              return index === undefined ? [] : [[index, outcomeOf(result, undefined)] as const]
            }),
          )
        },
      },
      options,
    )
  }
}

function wireChange({ entity, quotas }: QuotaChange) {
  return {
    entity: Object.entries(entity).map(([entityType, name]) => {
      return { entityType, entityName: name ?? null }
    }),
    ops: Object.entries(quotas).map(([key, value]) => {
      return { key, value: value ?? 0, remove: value === null }
    }),
  }
}

function entityOf(
  parts: readonly { readonly entityType: string; readonly entityName: string | null }[],
): QuotaEntity {
  return Object.fromEntries(parts.map(({ entityType, entityName }) => [entityType, entityName]))
}

function entityText(entity: QuotaEntity): string {
  const parts = Object.entries(entity).map(([type, name]) => `${type} ${name ?? '(default)'}`)
  return parts.sort().join(', ')
}
