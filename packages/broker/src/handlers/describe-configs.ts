// DescribeConfigs (key 32): every setting of a resource with its value and where that came from; from version 1 on with
// what else was said of it (KIP-226), from version 3 on with types and documentation (KIP-569).

import { DescribeConfigs, KafkaError, type RequestOf } from '@samsa/protocol'
import {
  configSource,
  type DescribedSetting,
  describeBroker,
  describeClusterWide,
  describeGroup,
  describeTopic,
} from '@samsa/settings'
import { type ConfigResource, resourceType } from '../configs/config-resource.ts'
import { describeClientMetrics } from '../configs/describe-client-metrics.ts'
import { rootLogger } from '../configs/log-levels.ts'
import { topicNameProblem } from '../controller/topic-names.ts'
import { authorizeConfigs } from './config-access.ts'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settle } from './settle.ts'

const known: ReadonlySet<number> = new Set(Object.values(resourceType))
const loggerSource = 6

/** Describes configs. */
export const describeConfigs = handle(
  DescribeConfigs,
  (request, context) => {
    for (const { resourceType: type, resourceName } of request.resources) {
      if (known.has(type)) continue
      const message = `Unexpected resource type ${type} for resource ${resourceName}`
      throw new KafkaError('INVALID_REQUEST', message)
    }
    return {
      results: request.resources.map((resource) => {
        const { resourceType: type, resourceName, configurationKeys } = resource
        const identity = { resourceType: type, resourceName, errorMessage: '', configs: [] }
        return settle(identity, () => {
          authorizeConfigs(context, resource, 'DescribeConfigs')
          const described = describe(resource, configurationKeys, context)
          return { configs: described.map((setting) => entry(setting, request, context.version)) }
        })
      }),
    }
  },
  {
    failed: (request, errorCode, errorMessage) => ({
      results: request.resources.map(({ resourceType: type, resourceName }) => ({
        resourceType: type,
        resourceName,
        errorCode,
        errorMessage,
        configs: [],
      })),
    }),
  },
)

function describe(
  { resourceType: type, resourceName: name }: ConfigResource,
  keys: readonly string[] | null,
  context: RequestContext,
): DescribedSetting[] {
  const { metadata, settings, administration } = context
  switch (type) {
    case resourceType.topic: {
      const problem = topicNameProblem(name)
      if (problem !== undefined) throw new KafkaError('INVALID_TOPIC_EXCEPTION', problem)
      if (metadata.topic(name) === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', '')
      return describeTopic(settings.layers(), Object.fromEntries(metadata.topicConfigs(name)), keys)
    }
    case resourceType.broker:
      if (name === '') return describeClusterWide(settings.layers().clusterWide, keys)
      requireThisBroker(name, context.brokerId, ' or empty string,')
      return describeBroker(settings.layers(), keys)
    case resourceType.brokerLogger:
      if (name === '') throw new KafkaError('INVALID_REQUEST', 'Broker id must not be empty')
      requireThisBroker(name, context.brokerId, '')
      return describeLoggers(administration.logLevels.level, keys)
    case resourceType.clientMetrics: {
      if (name === '') {
        throw new KafkaError(
          'INVALID_REQUEST',
          'Client metrics subscription name must not be empty',
        )
      }
      return describeClientMetrics(
        administration.configs.of({ kind: 'client-metrics', name }),
        keys,
      )
    }
    default: {
      if (name === '') throw new KafkaError('INVALID_REQUEST', 'Group name must not be empty')
      const overrides = Object.fromEntries(administration.configs.of({ kind: 'groups', name }))
      return describeGroup(settings.layers(), overrides, keys)
    }
  }
}

function requireThisBroker(name: string, brokerId: number, alternative: string): void {
  if (!/^[+-]?\d+$/.test(name)) {
    const message = `Broker id must be an integer, but it is: ${name}`
    throw new KafkaError('INVALID_REQUEST', message)
  }
  if (Number(name) === brokerId) return
  throw new KafkaError(
    'INVALID_REQUEST',
    `Unexpected broker id, expected ${brokerId}${alternative} but received ${name}`,
  )
}

function describeLoggers(level: string, keys: readonly string[] | null): DescribedSetting[] {
  if (keys !== null && keys.length > 0 && !keys.includes(rootLogger)) return []
  return [
    {
      name: rootLogger,
      value: level,
      configSource: loggerSource,
      readOnly: false,
      isSensitive: false,
      synonyms: [],
      configType: 0,
      documentation: null,
    },
  ]
}

function entry(
  { synonyms, documentation, ...setting }: DescribedSetting,
  request: RequestOf<typeof DescribeConfigs>,
  version: number,
) {
  const described = {
    ...setting,
    synonyms: request.includeSynonyms === true ? synonyms : [],
    documentation: request.includeDocumentation === true ? documentation : null,
  }
  if (version > 0) return described
  // Sources came with KIP-226.
  return { ...described, isDefault: setting.configSource === configSource.default }
}
