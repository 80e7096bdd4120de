/**
 * What only producers have.
 *
 * Invariant: names, types, defaults and ranges are those of Kafka's Java client.
 */
import {
  INT_MAX,
  boolean,
  int,
  javaClass,
  list,
  long,
  oneOf,
  string,
  type SettingsTable,
} from '../setting.ts'
import { because } from '../because.ts'

export const producerOwnSettings = {
  acks: oneOf('all', ['all', '-1', '0', '1'], {
    importance: 'low',
    doc:
      'Who must have a record before it counts as sent: all in-sync replicas (`all` or ' +
      '`-1`), the leader (`1`), nobody (`0`).',
  }),
  'enable.idempotence': boolean(true, {
    importance: 'low',
    doc: 'Whether repeated sends are written once and in order.',
  }),
  'batch.size': int(16_384, { min: 0, doc: 'Bytes that a batch for one partition is filled to.' }),
  'linger.ms': long(5, { min: 0, doc: 'How long a batch waits to be filled.' }),
  'buffer.memory': long(33_554_432, {
    min: 0,
    importance: 'high',
    doc: 'Memory for records that wait to be sent.',
  }),
  'max.block.ms': long(60_000, {
    min: 0,
    doc: 'How long sending may wait for metadata or memory.',
  }),
  'max.request.size': int(1_048_576, {
    min: 0,
    doc: 'Largest request the producer sends, and largest record.',
  }),
  'delivery.timeout.ms': int(120_000, {
    min: 0,
    doc:
      'How long a record may take from being sent to being acknowledged, all retries ' +
      'included.',
  }),
  'max.in.flight.requests.per.connection': int(5, {
    min: 1,
    importance: 'low',
    doc: 'Requests that may wait for an answer on one connection; at most 5 with idempotence.',
  }),
  retries: int(INT_MAX, {
    min: 0,
    max: INT_MAX,
    importance: 'high',
    doc: 'How often a failed send is repeated within `delivery.timeout.ms`.',
  }),
  'compression.type': oneOf('none', ['none', 'gzip', 'snappy', 'lz4', 'zstd'], {
    importance: 'high',
    doc: 'How batches are compressed.',
  }),
  'compression.gzip.level': int(-1, {
    min: 1,
    max: 9,
    besides: -1,
    doc: "The gzip level; -1 is the library's own choice.",
  }),
  'compression.lz4.level': int(9, { min: 1, max: 17, doc: 'The lz4 level.' }),
  'compression.zstd.level': int(3, { min: -131_072, max: 22, doc: 'The zstd level.' }),
  'metadata.max.idle.ms': long(300_000, {
    min: 5000,
    importance: 'low',
    doc: 'How long the metadata of a topic that is not written to is kept.',
  }),
  'partitioner.ignore.keys': boolean(false, {
    doc: 'Whether records with keys are spread like those without.',
  }),
  'partitioner.adaptive.partitioning.enable': boolean(true, {
    importance: 'low',
    doc: 'Whether records without keys go to quicker brokers more often.',
  }),
  'partitioner.availability.timeout.ms': long(0, {
    min: 0,
    importance: 'low',
    doc:
      'A partition whose broker takes no batch for this long gets no records without keys; 0 ' +
      'turns this off.',
  }),
  'transactional.id': string(null, {
    nonEmpty: true,
    importance: 'low',
    doc:
      'Name that makes the producer transactional and fences earlier producers of the same ' +
      'name.',
  }),
  'transaction.timeout.ms': int(60_000, {
    importance: 'low',
    doc: 'How long a transaction may stay open before the coordinator aborts it.',
  }),
  'transaction.two.phase.commit.enable': boolean(false, {
    importance: 'low',
    accepted: because.twoPhase,
    doc: "Whether another system decides the producer's transactions (KIP-939).",
  }),
  'partitioner.class': javaClass(null, {
    accepted: because.javaClasses,
    doc: 'Java class that chooses partitions.',
  }),
  'interceptor.classes': list([], {
    importance: 'low',
    accepted: because.javaClasses,
    doc: 'Java classes that see every record.',
  }),
  'key.serializer': javaClass(null, {
    hasDefault: false,
    importance: 'high',
    accepted: because.javaSerdes,
    doc: 'Java class that turns keys into bytes.',
  }),
  'value.serializer': javaClass(null, {
    hasDefault: false,
    importance: 'high',
    accepted: because.javaSerdes,
    doc: 'Java class that turns values into bytes.',
  }),
} satisfies SettingsTable
