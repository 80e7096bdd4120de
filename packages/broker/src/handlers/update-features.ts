// UpdateFeatures (key 57): finalizes levels of features for the whole cluster, all or none (KIP-584, KIP-1022).

import { errorCode, KafkaError, UpdateFeatures, type RequestOf } from '@samsa/protocol'
import type { FeatureUpdate, FeatureUpgrade } from '../controller/cluster-features.ts'
import { clusterResource } from './authorized-operations.ts'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'

type Request = RequestOf<typeof UpdateFeatures>

const upgrades: Readonly<Record<number, FeatureUpgrade>> = {
  1: 'upgrade',
  2: 'safe-downgrade',
  3: 'unsafe-downgrade',
}

/** Finalizes features. */
export const updateFeatures = handle(
  UpdateFeatures,
  async (request, context) => {
    context.authorize('Alter', 'Cluster', clusterResource)
    const { features } = context.administration
    const updates = request.featureUpdates.map((update) => updateOf(update, context))
    for (const update of updates) {
      try {
        await features.update([update], true)
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error
        return refused(request, context, update.feature, error)
      }
    }
    await features.update(updates, request.validateOnly ?? false)
    return {
      errorMessage: null,
      ...(context.version > 1
        ? {}
        : { results: updates.map(({ feature }) => ({ feature, errorMessage: null })) }),
    }
  },
  { failed: (_request, code, errorMessage) => ({ errorCode: code, errorMessage }) },
)

function updateOf(
  update: Request['featureUpdates'][number],
  { version }: RequestContext,
): FeatureUpdate {
  const { feature, maxVersionLevel: level, allowDowngrade, upgradeType } = update
  const old = allowDowngrade === true ? 'safe-downgrade' : 'upgrade'
  const upgrade = version === 0 ? old : upgrades[upgradeType ?? 1]
  if (upgrade === undefined) {
    throw new KafkaError(
      'INVALID_UPDATE_VERSION',
      `Invalid update version ${level} for feature ${feature}. The controller does not support ` +
        'the given upgrade type.',
    )
  }
  return { feature, level, upgrade }
}

/** One wrong update refuses all; which one it was stands at the top, or (before version 2) beside each feature. */
function refused(
  request: Request,
  { version }: RequestContext,
  feature: string,
  error: KafkaError,
) {
  const prefix = 'The update failed for all features since the following feature had an error: '
  if (version > 1) return { errorCode: error.code, errorMessage: prefix + error.message }
  return {
    errorMessage: null,
    results: request.featureUpdates.map((update) => ({
      feature: update.feature,
      errorCode: update.feature === feature ? error.code : errorCode('INVALID_UPDATE_VERSION'),
      errorMessage: update.feature === feature ? error.message : prefix + error.message,
    })),
  }
}
