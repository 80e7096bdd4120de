/**
 * The limits that AlterClientQuotas can put on users, client ids and addresses. They are stored
 * with the entity, not in any file, and their names are the only ones with underscores.
 */
import { INT_MAX, LONG_MAX, double, int, long, type SettingsTable } from './setting.ts'

export const clientQuotaSettings = {
  producer_byte_rate: long(LONG_MAX, {
    min: 1,
    doc:
      'Bytes a second that a user or client id may write to one broker before it is ' +
      'slowed down.',
  }),
  consumer_byte_rate: long(LONG_MAX, {
    min: 1,
    doc:
      'Bytes a second that a user or client id may read from one broker before it is ' +
      'slowed down.',
  }),
  request_percentage: double(INT_MAX, {
    min: 0,
    doc:
      'Share of a broker, in percent of one thread, that requests of a user or client ' +
      'id may use.',
  }),
  controller_mutation_rate: double(INT_MAX, {
    min: 1,
    doc: 'Partitions a second that a user or client id may create or delete.',
  }),
  connection_creation_rate: int(INT_MAX, {
    min: 0,
    doc: 'Connections a second that one address may open to one broker.',
  }),
} satisfies SettingsTable
