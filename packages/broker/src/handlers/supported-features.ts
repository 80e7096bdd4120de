// Features follow from what is implemented: one is supported when the requests that it is about are served.

import { TRANSACTION_VERSION } from '../transactions/transaction-version.ts'
import type { Handler } from './handle.ts'
import type { SupportedFeature } from './request-context.ts'

const consumerGroupHeartbeatKey = 68
const endTxnKey = 26
const shareGroupHeartbeatKey = 76

/** The features that a broker with these handlers can go by. */
export function supportedFeatures(handlers: readonly Handler[]): SupportedFeature[] {
  const highest = (key: number): number =>
    handlers.find(({ api }) => api.key === key)?.maxVersion ?? -1
  const features: SupportedFeature[] = []
  // KIP-848.
  if (highest(consumerGroupHeartbeatKey) >= 0) {
    features.push({ name: 'group.version', minVersion: 0, maxVersion: 1 })
  }
  // KIP-932.
  if (highest(shareGroupHeartbeatKey) >= 0) {
    features.push({ name: 'share.version', minVersion: 0, maxVersion: 1 })
  }
  // KIP-890: from version 5 on EndTxn raises the producer's epoch.
  if (highest(endTxnKey) >= 5) {
    const maxVersion = TRANSACTION_VERSION
    features.push({ name: 'transaction.version', minVersion: 0, maxVersion })
  }
  return features
}
