// Which version of an API to speak with a broker: the highest that both sides know. Brokers from Apache Kafka 2.1 on are
// supported (KIP-896); a version that may still change is never used.

import { type Api, KafkaError } from '@samsa/protocol'

/** What a broker serves, by API key. */
export type ServedVersions = ReadonlyMap<
  number,
  { readonly minVersion: number; readonly maxVersion: number }
>

/**
 * The highest version of `api`, at most `highest`, that the broker `name` serves. Throws KafkaError UNSUPPORTED_VERSION,
 * which says what both sides know.
 */
export function chooseVersion(
  api: Api,
  served: ServedVersions,
  name: string,
  highest = Number.POSITIVE_INFINITY,
): number {
  const [first, last] = api.versions
  const newest = Math.min(api.latestVersionUnstable ? last - 1 : last, highest)
  const range = served.get(api.key)
  if (range === undefined) {
    throw new KafkaError('UNSUPPORTED_VERSION', `${name} does not serve ${api.name}.`)
  }
  const version = Math.min(newest, range.maxVersion)
  if (version >= Math.max(first, range.minVersion)) return version
  const theirs = `${range.minVersion} to ${range.maxVersion}`
  const message = `${name} serves ${api.name} ${theirs}, this client speaks ${first} to ${newest}.`
  throw new KafkaError('UNSUPPORTED_VERSION', message)
}
