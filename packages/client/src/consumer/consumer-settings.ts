// What a consumer can be told. Names, types, defaults and ranges are Kafka's.

import { consumerSettings, SettingsError } from '@samsa/settings'
import { type OptionsOf, readOptions } from '../options/option-names.ts'
import { type ResetPolicy, resetPolicyOf } from './start-position.ts'

const keys = [
  'auto.offset.reset',
  'fetch.min.bytes',
  'fetch.max.wait.ms',
  'fetch.max.bytes',
  'max.partition.fetch.bytes',
  'max.poll.records',
  'isolation.level',
  'check.crcs',
  'default.api.timeout.ms',
] as const

/** Options of a consumer. */
export type ConsumerOptions = OptionsOf<typeof consumerSettings, (typeof keys)[number]>

/** The same, read and checked. */
export interface ConsumerPlan {
  readonly resetPolicy: ResetPolicy
  readonly fetchMinBytes: number
  readonly fetchMaxWaitMs: number
  readonly fetchMaxBytes: number
  readonly maxPartitionFetchBytes: number
  readonly maxPollRecords: number
  readonly isReadCommitted: boolean
  readonly verifiesChecksums: boolean
  readonly defaultApiTimeoutMs: number
}

/** Throws SettingsError with all problems. */
export function readConsumerOptions(options: ConsumerOptions): ConsumerPlan {
  const settings = readOptions(consumerSettings, keys, options, 'consumer')
  const reset = settings['auto.offset.reset']
  const resetPolicy = resetPolicyOf(reset)
  if (resetPolicy === undefined) {
    const expected = 'earliest, latest, none or by_duration: and an ISO 8601 duration'
    const message = `${reset} is no reset policy.`
    const source = 'consumer'
    throw new SettingsError([{ key: 'autoOffsetReset', value: reset, source, expected, message }])
  }
  return {
    resetPolicy,
    fetchMinBytes: settings['fetch.min.bytes'],
    fetchMaxWaitMs: settings['fetch.max.wait.ms'],
    fetchMaxBytes: settings['fetch.max.bytes'],
    maxPartitionFetchBytes: settings['max.partition.fetch.bytes'],
    maxPollRecords: settings['max.poll.records'],
    isReadCommitted: settings['isolation.level'] === 'read_committed',
    verifiesChecksums: settings['check.crcs'],
    defaultApiTimeoutMs: settings['default.api.timeout.ms'],
  }
}
