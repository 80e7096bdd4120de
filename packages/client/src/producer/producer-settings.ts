// What a producer can be told. Names, types, defaults and ranges are Kafka's.

import type { CompressionCodec } from '@samsa/protocol'
import { type Problem, producerSettings, SettingsError } from '@samsa/settings'
import { type OptionsOf, readOptions } from '../options/option-names.ts'
import type { TransactionPlan } from '../transactions/transaction-manager.ts'
import type { Partitioner } from './partition-choice.ts'

const keys = [
  'acks',
  'enable.idempotence',
  'batch.size',
  'linger.ms',
  'buffer.memory',
  'max.block.ms',
  'max.request.size',
  'delivery.timeout.ms',
  'request.timeout.ms',
  'max.in.flight.requests.per.connection',
  'compression.type',
  'compression.gzip.level',
  'compression.zstd.level',
  'partitioner.ignore.keys',
  'transactional.id',
  'transaction.timeout.ms',
] as const

/** Options of a producer. */
export type ProducerOptions = OptionsOf<typeof producerSettings, (typeof keys)[number]> & {
  /** Chooses the partition of records that name none; where it says `undefined`, the default does. */
  readonly partitioner?: Partitioner
}

/** The same, read and checked. */
export interface ProducerPlan {
  readonly acks: -1 | 0 | 1
  readonly isIdempotent: boolean
  readonly batchSize: number
  readonly lingerMs: number
  readonly bufferMemory: number
  readonly maxBlockMs: number
  readonly maxRequestSize: number
  readonly deliveryTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly maxInFlight: number
  readonly compression: CompressionCodec
  readonly compressionLevel: number | undefined
  readonly ignoresKeys: boolean
  readonly partitioner: Partitioner | undefined
  readonly isTransactional: boolean
  readonly transaction: TransactionPlan | undefined
}

/** Throws SettingsError with all problems. */
export function readProducerOptions({ partitioner, ...options }: ProducerOptions): ProducerPlan {
  const settings = readOptions(producerSettings, keys, options, 'producer')
  const acks = settings.acks === '0' ? 0 : settings.acks === '1' ? 1 : -1
  const maxInFlight = settings['max.in.flight.requests.per.connection']
  // As in Java: idempotence that was not asked for gives way, one that was asked for insists.
  const fits = acks === -1 && maxInFlight <= 5
  const transactionalId = settings['transactional.id']
  const insists = options.enableIdempotence === true || transactionalId !== null
  if (insists && !fits) throw contradiction(acks)
  if (transactionalId !== null && !settings['enable.idempotence']) throw notIdempotent()
  const codec = settings['compression.type'] as CompressionCodec
  return {
    acks,
    isIdempotent: settings['enable.idempotence'] && fits,
    batchSize: settings['batch.size'],
    lingerMs: settings['linger.ms'],
    bufferMemory: settings['buffer.memory'],
    maxBlockMs: settings['max.block.ms'],
    maxRequestSize: settings['max.request.size'],
    deliveryTimeoutMs: settings['delivery.timeout.ms'],
    requestTimeoutMs: settings['request.timeout.ms'],
    maxInFlight,
    compression: codec,
    compressionLevel: levelOf(codec, settings),
    ignoresKeys: settings['partitioner.ignore.keys'],
    partitioner,
    isTransactional: transactionalId !== null,
    transaction:
      transactionalId === null
        ? undefined
        : { transactionalId, transactionTimeoutMs: settings['transaction.timeout.ms'] },
  }
}

function levelOf(
  codec: CompressionCodec,
  settings: {
    readonly 'compression.gzip.level': number
    readonly 'compression.zstd.level': number
  },
): number | undefined {
  if (codec === 'gzip') return settings['compression.gzip.level']
  return codec === 'zstd' ? settings['compression.zstd.level'] : undefined
}

function notIdempotent(): SettingsError {
  const problem: Problem = {
    key: 'enableIdempotence',
    value: 'false',
    source: 'producer',
    expected: 'true where transactionalId is set',
    message: 'A transactional producer is idempotent.',
  }
  return new SettingsError([problem])
}

function contradiction(acks: number): SettingsError {
  const problem: Problem = {
    key: acks === -1 ? 'maxInFlightRequestsPerConnection' : 'acks',
    value: null,
    source: 'producer',
    expected: 'acks all and at most 5 requests in flight',
    message: 'An idempotent producer cannot do without both.',
  }
  return new SettingsError([problem])
}
