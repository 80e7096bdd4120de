// Config resources as requests name them: a type and a name. Which entity that is, who may change it, and what it may be
// set to, in Kafka's words.

import { KafkaError } from '@samsa/protocol'
import {
  brokerSettings,
  type BrokerSettings,
  clientMetricsSettings,
  groupOverrideSettings,
  type Problem,
  readSettings,
  type SettingsTable,
  topicSettings,
  validateDynamicBroker,
  validateGroupConfigs,
  validateTopicConfigs,
} from '@samsa/settings'
import { topicNameProblem } from '../controller/topic-names.ts'
import { clusterWide } from '../metadata/paths.ts'
import type { ConfigEntity } from './dynamic-configs.ts'

/** Kafka's numbers. */
export const resourceType = {
  topic: 2,
  broker: 4,
  brokerLogger: 8,
  clientMetrics: 16,
  group: 32,
} as const

/** A resource of a request. */
export interface ConfigResource {
  readonly resourceType: number
  readonly resourceName: string
}

/** What is known of a resource that has stored configs. */
export interface StoredResource {
  readonly entity: ConfigEntity
  readonly table: SettingsTable
  /** All that is wrong with these configs; `changed` are the keys that this request touches. */
  problems(
    configs: ReadonlyMap<string, string>,
    changed: ReadonlySet<string>,
    settings: BrokerSettings,
  ): readonly Problem[]
  /** The error that such problems are told with. */
  readonly refusal: 'INVALID_CONFIG' | 'INVALID_REQUEST'
}

/** The resource of this type and name. Throws INVALID_REQUEST (or INVALID_TOPIC_EXCEPTION) when there is none. */
export function storedResource(
  { resourceType: type, resourceName: name }: ConfigResource,
  brokerId: number,
): StoredResource {
  switch (type) {
    case resourceType.topic: {
      requireName(name, 'Default topic resources are not allowed.')
      const problem = topicNameProblem(name)
      if (problem !== undefined) throw new KafkaError('INVALID_TOPIC_EXCEPTION', problem)
      return {
        entity: { kind: 'topics', name },
        table: topicSettings,
        problems: (configs, _changed, settings) =>
          validateTopicConfigs(Object.fromEntries(configs), settings),
        refusal: 'INVALID_CONFIG',
      }
    }
    case resourceType.broker: {
      const perBroker = name !== ''
      if (perBroker) requireOwnId(name, brokerId)
      return {
        entity: { kind: 'brokers', name: perBroker ? name : clusterWide },
        table: brokerSettings,
        problems: (configs, changed) =>
          validateDynamicBroker(
            Object.fromEntries([...changed].map((key) => [key, configs.get(key) ?? null])),
            perBroker,
          ),
        // Kafka's choice (KAFKA-13609).
        refusal: 'INVALID_REQUEST',
      }
    }
    case resourceType.clientMetrics:
      requireName(name, "Subscription name can't be empty")
      return {
        entity: { kind: 'client-metrics', name },
        table: clientMetricsSettings,
        problems: (configs) =>
          readSettings(clientMetricsSettings, Object.fromEntries(configs), 'client metrics')
            .problems,
        refusal: 'INVALID_CONFIG',
      }
    case resourceType.group:
      requireName(name, 'Default group resources are not allowed.')
      return {
        entity: { kind: 'groups', name },
        table: groupOverrideSettings,
        problems: (configs, _changed, settings) =>
          validateGroupConfigs(Object.fromEntries(configs), settings),
        refusal: 'INVALID_CONFIG',
      }
    default:
      throw new KafkaError('INVALID_REQUEST', `Unknown resource type ${type}`)
  }
}

/** Brokers answer for themselves only. Throws INVALID_REQUEST for another broker's id, or none. */
export function requireOwnId(name: string, brokerId: number): void {
  if (!/^[+-]?\d+$/.test(name)) {
    const message = `Node id must be an integer, but it is: ${name}`
    throw new KafkaError('INVALID_REQUEST', message)
  }
  if (Number(name) !== brokerId) {
    const message = `Unexpected broker id, expected ${brokerId}, but received ${name}`
    throw new KafkaError('INVALID_REQUEST', message)
  }
}

function requireName(name: string, otherwise: string): void {
  if (name === '') throw new KafkaError('INVALID_REQUEST', otherwise)
}
