// What AlterConfigs and IncrementalAlterConfigs have in common: one change of one resource, judged whole, with every
// problem named.

import { KafkaError } from '@samsa/protocol'
import { type Alteration, applyAlteration, type BrokerSettings } from '@samsa/settings'
import type { StoredResource } from './config-resource.ts'
import type { ConfigChange } from './dynamic-configs.ts'

/** A change that replaces all configs of the resource with these. */
export function replaceConfigs(
  resource: StoredResource,
  configs: ReadonlyMap<string, string>,
  settings: BrokerSettings,
): ConfigChange {
  return () => {
    requireNoProblems(resource, configs, new Set(configs.keys()), settings)
    return configs
  }
}

/** A change of some configs of the resource, one after another. */
export function alterConfigs(
  resource: StoredResource,
  alterations: readonly Alteration[],
  settings: BrokerSettings,
): ConfigChange {
  return (current) => {
    const configs = new Map(current)
    for (const alteration of alterations) {
      const { key } = alteration
      const value = applyAlteration(resource.table, configs.get(key) ?? null, alteration)
      if (value === null) configs.delete(key)
      else if (typeof value === 'string') configs.set(key, value)
      else throw new KafkaError('INVALID_CONFIG', value.message)
    }
    const changed = new Set(alterations.map(({ key }) => key))
    requireNoProblems(resource, configs, changed, settings)
    return configs
  }
}

function requireNoProblems(
  resource: StoredResource,
  configs: ReadonlyMap<string, string>,
  changed: ReadonlySet<string>,
  settings: BrokerSettings,
): void {
  const problems = resource.problems(configs, changed, settings)
  if (problems.length === 0) return
  throw new KafkaError(resource.refusal, problems.map(({ message }) => message).join('; '))
}
