// The rates at which operators let replicas be copied: dynamic configs of brokers, never in a file.

import { LONG_MAX } from '@samsa/settings'
import type { MetadataView } from '../metadata/metadata-view.ts'

/** Bytes a second, the broker's own before that of all brokers; Infinity where nobody has set a limit. */
export function throttleRate(
  metadata: Pick<MetadataView, 'brokerConfigs'>,
  brokerId: number,
  key:
    | 'leader.replication.throttled.rate'
    | 'follower.replication.throttled.rate'
    | 'replica.alter.log.dirs.io.max.bytes.per.second',
): number {
  const said =
    metadata.brokerConfigs(brokerId).get(key) ?? metadata.brokerConfigs('default').get(key)
  const value = said === undefined ? LONG_MAX : Number(said)
  return value < LONG_MAX ? value : Number.POSITIVE_INFINITY
}
