/**
 * What only admin clients have.
 *
 * Invariant: names, types, defaults and ranges are those of Kafka's Java client.
 */
import { INT_MAX, int, list, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const adminOwnSettings = {
  'bootstrap.controllers': list([], {
    importance: 'high',
    accepted: because.kraft,
    doc: 'KRaft controllers to ask instead of brokers.',
  }),
  'default.api.timeout.ms': int(60_000, {
    min: 0,
    doc: 'How long an operation may take that names no time of its own.',
  }),
  retries: int(INT_MAX, {
    min: 0,
    max: INT_MAX,
    importance: 'low',
    doc: 'How often a failed request is repeated.',
  }),
} satisfies SettingsTable
