// Configurations of topics, brokers, loggers, client metrics and groups: described with their sources, changed value by
// value.

import {
  DescribeConfigs,
  IncrementalAlterConfigs,
  ListConfigResources,
  type ResponseOf,
} from '@samsa/protocol'
import type { Desk } from './desk.ts'
import { type AdminCallOptions, checkCode, outcomeOf } from './errand.ts'
import type { Results } from './results.ts'
import { toAnyBroker, toBroker, toController } from './routes.ts'
import type { ValidateOptions } from './topics.ts'

const resourceCodes = {
  TOPIC: 2,
  BROKER: 4,
  BROKER_LOGGER: 8,
  CLIENT_METRICS: 16,
  GROUP: 32,
} as const

/** What can have a configuration. */
export type ConfigResourceType = keyof typeof resourceCodes

/** Something that has a configuration. */
export interface ConfigResource {
  readonly type: ConfigResourceType
  /** A topic, a group, or a broker's id; the empty name of BROKER stands for the defaults of all brokers. */
  readonly name: string
}

/** The key of a resource in results: `TOPIC:orders`. */
export type ConfigResourceKey = `${ConfigResourceType}:${string}`

const sources = [
  'UNKNOWN',
  'DYNAMIC_TOPIC_CONFIG',
  'DYNAMIC_BROKER_CONFIG',
  'DYNAMIC_DEFAULT_BROKER_CONFIG',
  'STATIC_BROKER_CONFIG',
  'DEFAULT_CONFIG',
  'DYNAMIC_BROKER_LOGGER_CONFIG',
  'DYNAMIC_CLIENT_METRICS_CONFIG',
  'DYNAMIC_GROUP_CONFIG',
] as const

/** Where a value was set. */
export type ConfigSource = (typeof sources)[number]

const types = [
  'UNKNOWN',
  'BOOLEAN',
  'STRING',
  'INT',
  'SHORT',
  'LONG',
  'DOUBLE',
  'LIST',
  'CLASS',
  'PASSWORD',
] as const

/** What kind of value a setting takes. */
export type ConfigType = (typeof types)[number]

/** Another place that a value could come from. */
export interface ConfigSynonym {
  readonly name: string
  readonly value: string | undefined
  readonly source: ConfigSource
}

/** One setting of a resource. */
export interface ConfigEntry {
  readonly name: string
  /** Undefined for secrets, and where there is no value. */
  readonly value: string | undefined
  readonly source: ConfigSource
  readonly isReadOnly: boolean
  readonly isSensitive: boolean
  readonly type: ConfigType
  /** The one that counts first; empty unless asked for. */
  readonly synonyms: readonly ConfigSynonym[]
  /** Undefined unless asked for. */
  readonly documentation: string | undefined
}

/** The configuration of a resource. */
export interface ConfigDescription extends ConfigResource {
  readonly entries: readonly ConfigEntry[]
}

/** What to describe. */
export interface ConfigQuestion extends ConfigResource {
  /** Only these settings; all when absent. */
  readonly keys?: readonly string[]
}

/** Changes of one resource's settings; what is not named stays. */
export interface ConfigChange extends ConfigResource {
  readonly set?: Readonly<Record<string, string>>
  /** Back to the default. */
  readonly delete?: readonly string[]
  /** Values added to a list, separated by commas. */
  readonly append?: Readonly<Record<string, string>>
  /** Values taken from a list, separated by commas. */
  readonly subtract?: Readonly<Record<string, string>>
}

const unnamedTypes: Readonly<Record<number, ConfigResourceType>> = Object.fromEntries(
  Object.entries(resourceCodes).map(([type, code]) => [code, type as ConfigResourceType]),
)

/** Admin calls about configurations. */
export class ConfigAdmin {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Describes configurations; the results are by `TYPE:name`. */
  describe(
    resources: readonly ConfigQuestion[],
    options: AdminCallOptions & {
      readonly includeSynonyms?: boolean
      readonly includeDocumentation?: boolean
    } = {},
  ): Results<ConfigResourceKey, ConfigDescription> {
    const { includeSynonyms = false, includeDocumentation = false } = options
    return this.#desk.run<ConfigQuestion, ConfigResourceKey, ConfigDescription>(
      {
        items: resources,
        keyOf: resourceKey,
        nameOf: resourceName,
        route: toBroker(this.#desk.cluster, brokerOf),
        mayLag: true,
        ask: async (link, part) => {
          const version = link.version(DescribeConfigs)
          const answer = await link.sendVersion(DescribeConfigs, version, {
            resources: part.map(({ type, name, keys }) => ({
              resourceType: resourceCodes[type],
              resourceName: name,
              configurationKeys: keys ?? null,
            })),
            ...(version >= 1 ? { includeSynonyms } : {}),
            ...(version >= 3 ? { includeDocumentation } : {}),
          })
          return new Map(
            answer.results.map((result) => {
              const description = configDescription(result)
              return [resourceKey(description), outcomeOf(result, description)]
            }),
          )
        },
      },
      options,
    )
  }

  /** Changes single settings (KIP-339); the results are by `TYPE:name`. INVALID_CONFIG says which value is wrong. */
  alter(
    changes: readonly ConfigChange[],
    options: ValidateOptions = {},
  ): Results<ConfigResourceKey, void> {
    const { cluster } = this.#desk
    const toBrokers = toBroker<ConfigChange>(cluster, brokerOf)
    const toOthers = toController<ConfigChange>(cluster)
    return this.#desk.run<ConfigChange, ConfigResourceKey, void>(
      {
        items: changes,
        keyOf: resourceKey,
        nameOf: resourceName,
        route: async (items, patience, attempt) => {
          const own = items.filter((item) => brokerOf(item) !== undefined)
          const others = items.filter((item) => brokerOf(item) === undefined)
          const places = await Promise.all([
            own.length === 0 ? [] : toBrokers(own, patience, attempt),
            others.length === 0 ? [] : toOthers(others, patience, attempt),
          ])
          return new Map(places.flatMap((part) => [...part]))
        },
        ask: async (link, part) => {
          const answer = await link.send(IncrementalAlterConfigs, {
            resources: part.map((change) => ({
              resourceType: resourceCodes[change.type],
              resourceName: change.name,
              configs: operationsOf(change),
            })),
            validateOnly: options.validateOnly ?? false,
          })
          return new Map(
            answer.responses.map((result) => {
              const type = unnamedTypes[result.resourceType] ?? 'TOPIC'
              const key = resourceKey({ type, name: result.resourceName })
              return [key, outcomeOf(result, undefined)]
            }),
          )
        },
      },
      options,
    )
  }

  /** Resources of these types that can have or have a configuration (KIP-1142); client metrics only before Kafka 4.1. */
  async listResources(
    resourceTypes: readonly ConfigResourceType[] = [],
    options?: AdminCallOptions,
  ): Promise<ConfigResource[]> {
    return await this.#desk.runOne(
      {
        name: 'Config resources',
        route: toAnyBroker(this.#desk.cluster),
        ask: async (link) => {
          const version = link.version(ListConfigResources)
          const codes = resourceTypes.map((type) => resourceCodes[type])
          const request = version >= 1 ? { resourceTypes: codes } : {}
          const answer = await link.sendVersion(ListConfigResources, version, request)
          checkCode(answer.errorCode)
          return answer.configResources.flatMap(({ resourceName: name, resourceType }) => {
            const type = unnamedTypes[resourceType]
            return type === undefined ? [] : [{ type, name }]
          })
        },
      },
      options,
    )
  }
}

function resourceKey({ type, name }: ConfigResource): ConfigResourceKey {
  return `${type}:${name}`
}

function resourceName({ type, name }: ConfigResource): string {
  const words = type.toLowerCase().replace('_', ' ')
  const subject = `${words.charAt(0).toUpperCase()}${words.slice(1)}`
  return name === '' ? `${subject} defaults` : `${subject} ${name}`
}

/** The one broker that knows the configuration. */
function brokerOf({ type, name }: ConfigResource): number | undefined {
  const isOfBroker = type === 'BROKER' || type === 'BROKER_LOGGER'
  return isOfBroker && /^\d+$/.test(name) ? Number(name) : undefined
}

function operationsOf(change: ConfigChange) {
  const entries = (values: Readonly<Record<string, string>> = {}, configOperation: number) => {
    return Object.entries(values).map(([name, value]) => ({ name, configOperation, value }))
  }
  const deletions = (change.delete ?? []).map((name) => {
    return { name, configOperation: 1, value: null }
  })
  return [
    ...entries(change.set, 0),
    ...deletions,
    ...entries(change.append, 2),
    ...entries(change.subtract, 3),
  ]
}

type ConfigAnswer = ResponseOf<typeof DescribeConfigs>['results'][number]

function configDescription({
  resourceType,
  resourceName,
  configs,
}: ConfigAnswer): ConfigDescription {
  const type = unnamedTypes[resourceType] ?? 'TOPIC'
  const entries = configs.map((config): ConfigEntry => {
    const source = sources[config.configSource] ?? (config.isDefault ? 'DEFAULT_CONFIG' : 'UNKNOWN')
    return {
      name: config.name,
      value: config.value ?? undefined,
      source,
      isReadOnly: config.readOnly,
      isSensitive: config.isSensitive,
      type: types[config.configType] ?? 'UNKNOWN',
      synonyms: config.synonyms.map(({ name, value, source }) => {
        return { name, value: value ?? undefined, source: sources[source] ?? 'UNKNOWN' }
      }),
      documentation: config.documentation ?? undefined,
    }
  })
  return { type, name: resourceName, entries }
}
