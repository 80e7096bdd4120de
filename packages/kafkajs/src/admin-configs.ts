// Configurations in kafkajs's numbers.

import type { Admin as ClientAdmin, ConfigSource as ClientSource } from '@samsa/client'
import { ConfigResourceTypes, ConfigSource, nameOf } from './constants.ts'
import { KafkaJSNonRetriableError } from './errors.ts'

/** What to describe. */
export interface ResourceConfigQuery {
  readonly type: ConfigResourceTypes
  readonly name: string
  readonly configNames?: readonly string[]
}

/** What to set. */
export interface ResourceConfig {
  readonly type: ConfigResourceTypes
  readonly name: string
  readonly configEntries: readonly { readonly name: string; readonly value: string }[]
}

/** A resource of an answer. */
interface ResourceAnswer {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly resourceName: string
  readonly resourceType: ConfigResourceTypes
}

/** A setting and its value; null for secrets. */
export interface ConfigEntries {
  readonly configName: string
  readonly configValue: string | null
  readonly readOnly: boolean
  readonly isDefault: boolean
  readonly isSensitive: boolean
  readonly configSource: ConfigSource
  readonly configSynonyms: readonly {
    readonly configName: string
    readonly configValue: string | null
    readonly configSource: ConfigSource
  }[]
}

/** What `describeConfigs` answers. */
export interface DescribeConfigResponse {
  readonly throttleTime: number
  readonly resources: readonly (ResourceAnswer & {
    readonly configEntries: readonly ConfigEntries[]
  })[]
}

/** What `alterConfigs` answers. */
export interface AlterConfigResponse {
  readonly throttleTime: number
  readonly resources: readonly ResourceAnswer[]
}

const sources: Readonly<Partial<Record<ClientSource, ConfigSource>>> = {
  DYNAMIC_TOPIC_CONFIG: ConfigSource.TOPIC_CONFIG,
  DYNAMIC_BROKER_CONFIG: ConfigSource.DYNAMIC_BROKER_CONFIG,
  DYNAMIC_DEFAULT_BROKER_CONFIG: ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG,
  STATIC_BROKER_CONFIG: ConfigSource.STATIC_BROKER_CONFIG,
  DEFAULT_CONFIG: ConfigSource.DEFAULT_CONFIG,
  DYNAMIC_BROKER_LOGGER_CONFIG: ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG,
}

function typeOf(type: ConfigResourceTypes): 'TOPIC' | 'BROKER' | 'BROKER_LOGGER' {
  const name = nameOf(ConfigResourceTypes, type)
  if (name !== undefined && name !== 'UNKNOWN') return name
  throw new KafkaJSNonRetriableError(`Invalid resource type ${type}`)
}

/** Describes configurations. */
export async function describeConfigs(
  admin: ClientAdmin,
  resources: readonly ResourceConfigQuery[],
  includeSynonyms: boolean,
): Promise<DescribeConfigResponse> {
  const questions = resources.map(({ type, name, configNames }) => {
    const keys = configNames === undefined ? {} : { keys: configNames }
    return { type: typeOf(type), name, ...keys }
  })
  const found = await admin.configs.describe(questions, { includeSynonyms })
  return {
    throttleTime: 0,
    resources: [...found.values()].map(({ type, name, entries }) => ({
      errorCode: 0,
      errorMessage: null,
      resourceName: name,
      resourceType: ConfigResourceTypes[type as keyof typeof ConfigResourceTypes],
      configEntries: entries.map((entry) => ({
        configName: entry.name,
        configValue: entry.value ?? null,
        readOnly: entry.isReadOnly,
        isDefault: entry.source === 'DEFAULT_CONFIG',
        isSensitive: entry.isSensitive,
        configSource: sources[entry.source] ?? ConfigSource.UNKNOWN,
        configSynonyms: entry.synonyms.map((synonym) => ({
          configName: synonym.name,
          configValue: synonym.value ?? null,
          configSource: sources[synonym.source] ?? ConfigSource.UNKNOWN,
        })),
      })),
    })),
  }
}

/**
 * Sets configurations as kafkajs does: what is not named goes back to its default. The values that are set now are asked
 * for first, because brokers have given up doing that by themselves.
 */
export async function alterConfigs(
  admin: ClientAdmin,
  resources: readonly ResourceConfig[],
  validateOnly: boolean,
): Promise<AlterConfigResponse> {
  const named = resources.map(({ type, name, configEntries }) => ({
    type: typeOf(type),
    name,
    set: Object.fromEntries(configEntries.map((entry) => [entry.name, entry.value])),
  }))
  const present = await admin.configs.describe(named)
  const changes = named.map(({ type, name, set }) => {
    const own = type === 'TOPIC' ? 'DYNAMIC_TOPIC_CONFIG' : 'DYNAMIC_BROKER_CONFIG'
    const entries = present.get(`${type}:${name}`)?.entries ?? []
    const left = entries.filter((entry) => entry.source === own && set[entry.name] === undefined)
    return { type, name, set, delete: left.map((entry) => entry.name) }
  })
  await admin.configs.alter(changes, { validateOnly })
  return {
    throttleTime: 0,
    resources: named.map(({ type, name }) => ({
      errorCode: 0,
      errorMessage: null,
      resourceName: name,
      resourceType: ConfigResourceTypes[type],
    })),
  }
}
