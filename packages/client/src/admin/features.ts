// Features of the cluster (KIP-584): what brokers support, and the level that all of them have agreed on.

import { ApiVersions, UpdateFeatures } from '@samsa/protocol'
import type { Desk } from './desk.ts'
import { type AdminCallOptions, checkCode, outcomeOf } from './errand.ts'
import type { Results } from './results.ts'
import { toAnyBroker, toController } from './routes.ts'
import type { ValidateOptions } from './topics.ts'

/** Levels of a feature, both ends included. */
export interface FeatureRange {
  readonly min: number
  readonly max: number
}

/** Features by name. */
export interface FeatureDescription {
  readonly supported: ReadonlyMap<string, FeatureRange>
  readonly finalized: ReadonlyMap<string, FeatureRange>
  /** Grows with every change of the finalized ones; undefined where the broker does not say. */
  readonly finalizedEpoch: number | undefined
}

/** A change of a feature's finalized level. */
export interface FeatureChange {
  readonly feature: string
  /** 0 removes the feature. */
  readonly maxLevel: number
  /** Whether the level may fall, and even if something is lost by that. */
  readonly kind?: 'upgrade' | 'safe-downgrade' | 'unsafe-downgrade'
}

const kinds = { upgrade: 1, 'safe-downgrade': 2, 'unsafe-downgrade': 3 } as const

/** Admin calls about features. */
export class FeatureAdmin {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** What a broker supports and the cluster has finalized. */
  async describe(options?: AdminCallOptions): Promise<FeatureDescription> {
    return await this.#desk.runOne(
      {
        name: 'Features',
        route: toAnyBroker(this.#desk.cluster),
        ask: async (link) => {
          const identity = { clientSoftwareName: 'samsa-client', clientSoftwareVersion: '0.1.0' }
          const version = link.version(ApiVersions)
          const request = version >= 3 ? identity : {}
          const answer = await link.sendVersion(ApiVersions, version, request)
          checkCode(answer.errorCode)
          const { supportedFeatures, finalizedFeatures, finalizedFeaturesEpoch } = answer
          return {
            supported: new Map(
              supportedFeatures.map(({ name, minVersion: min, maxVersion: max }) => {
                return [name, { min, max }]
              }),
            ),
            finalized: new Map(
              finalizedFeatures.map(({ name, minVersionLevel: min, maxVersionLevel: max }) => {
                return [name, { min, max }]
              }),
            ),
            finalizedEpoch: finalizedFeaturesEpoch < 0 ? undefined : finalizedFeaturesEpoch,
          }
        },
      },
      options,
    )
  }

  /** Raises or lowers finalized levels, all or none; the results are by feature. */
  update(changes: readonly FeatureChange[], options: ValidateOptions = {}): Results<string, void> {
    return this.#desk.run<FeatureChange, string, void>(
      {
        items: changes,
        keyOf: ({ feature }) => feature,
        nameOf: ({ feature }) => `Feature ${feature}`,
        route: toController(this.#desk.cluster),
        ask: async (link, part, { timeoutMs }) => {
          const version = link.version(UpdateFeatures)
          const { validateOnly = false } = options
          const answer = await link.sendVersion(UpdateFeatures, version, {
            timeoutMs,
            featureUpdates: part.map(({ feature, maxLevel, kind = 'upgrade' }) => ({
              feature,
              maxVersionLevel: maxLevel,
              ...(version >= 1
                ? { upgradeType: kinds[kind] }
                : { allowDowngrade: kind !== 'upgrade' }),
            })),
            ...(version >= 1 ? { validateOnly } : {}),
          })
          checkCode(answer.errorCode, answer.errorMessage)
          // From version 2 on one code speaks for all.
          const own = new Map(answer.results.map((result) => [result.feature, result]))
          return new Map(
            part.map(({ feature }) => {
              return [feature, outcomeOf(own.get(feature) ?? { errorCode: 0 }, undefined)]
            }),
          )
        },
      },
      options,
    )
  }
}
