// Finalized features (KIP-584): protocols that all brokers have agreed to use. What can be finalized follows from the
// handlers there are; a new cluster begins with everything finalized at its highest level.

import type { Coordination } from '@samsa/coordination'
import { KafkaError } from '@samsa/protocol'
import type { Features, SupportedFeature } from '../handlers/request-context.ts'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import { NodeFields, nodeData } from '../metadata/node-fields.ts'
import { featuresPath } from '../metadata/paths.ts'
import { updateNode } from './update-node.ts'

/** 'upgrade', or a downgrade that is asked for as such. */
export type FeatureUpgrade = 'upgrade' | 'safe-downgrade' | 'unsafe-downgrade'

/** A level to finalize; 0 removes the feature. */
export interface FeatureUpdate {
  readonly feature: string
  readonly level: number
  readonly upgrade: FeatureUpgrade
}

/** Reads and changes the finalized features. */
export class ClusterFeatures {
  readonly #session: Coordination
  readonly #metadata: AppliedMetadata
  readonly #supported: readonly SupportedFeature[]

  constructor(
    session: Coordination,
    metadata: AppliedMetadata,
    supported: readonly SupportedFeature[],
  ) {
    this.#session = session
    this.#metadata = metadata
    this.#supported = supported
  }

  /** What ApiVersions tells. */
  current(): Features {
    const node = this.#metadata.image.entity(featuresPath)
    const levels = levelsOf(node?.data)
    return {
      supportedFeatures: this.#supported,
      finalizedFeaturesEpoch: node?.stat.modifiedZxid ?? 0,
      finalizedFeatures: this.#supported.flatMap(({ name, maxVersion }) => {
        const level = Math.min(levels.get(name) ?? maxVersion, maxVersion)
        return level === 0 ? [] : [{ name, minVersionLevel: level, maxVersionLevel: level }]
      }),
    }
  }

  /** The level that a feature is finalized at, 0 when it is not. */
  level(name: string): number {
    const { finalizedFeatures } = this.current()
    return finalizedFeatures.find((feature) => feature.name === name)?.maxVersionLevel ?? 0
  }

  /** Finalizes levels, all or none. Rejects with INVALID_UPDATE_VERSION for a level that cannot be. */
  async update(updates: readonly FeatureUpdate[], validateOnly: boolean): Promise<void> {
    for (const update of updates) this.#require(update)
    if (validateOnly) return
    await updateNode(this.#session, featuresPath, (node) => {
      const levels = new Map(levelsOf(node?.data))
      for (const { feature, level } of updates) levels.set(feature, level)
      return { data: nodeData({ levels: Object.fromEntries(levels) }), value: undefined }
    })
    await this.#metadata.caughtUp()
  }

  #require({ feature, level, upgrade }: FeatureUpdate): void {
    const refuse = (reason: string): never => {
      throw new KafkaError(
        'INVALID_UPDATE_VERSION',
        `Invalid update version ${level} for feature ${feature}. ${reason}`,
      )
    }
    if (level < 0) refuse('A feature version cannot be less than 0.')
    const supported = this.#supported.find(({ name }) => name === feature)
    if (supported === undefined) return refuse('The brokers do not support this feature.')
    if (level > supported.maxVersion || (level !== 0 && level < supported.minVersion)) {
      refuse(`The brokers only support versions ${supported.minVersion}-${supported.maxVersion}.`)
    }
    const present = this.level(feature)
    if (level < present && upgrade === 'upgrade') {
      refuse(
        "Can't downgrade the version of this feature without setting the upgrade type to either " +
          'safe or unsafe downgrade.',
      )
    }
    if (level > present && upgrade !== 'upgrade') refuse("Can't downgrade to a newer version.")
  }
}

function levelsOf(data: Buffer | undefined): ReadonlyMap<string, number> {
  if (data === undefined) return new Map()
  return NodeFields.parse(featuresPath, data).numbers('levels')
}
