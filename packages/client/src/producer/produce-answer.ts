// What a produce response says, partition by partition, and what it teaches about leaders.

import {
  errorName,
  type ErrorName,
  KafkaError,
  type Produce,
  type ResponseOf,
} from '@samsa/protocol'
import type { MetadataCache } from '../cluster/metadata-cache.ts'
import type { ProducerBatch } from './producer-batch.ts'

type ProduceResponse = ResponseOf<typeof Produce>

/** What became of one batch. */
export interface PartitionAnswer {
  readonly error: ErrorName
  readonly message: string | undefined
  readonly baseOffset: number
  readonly logAppendTimeMs: number
}

/** Answers by `topic partition`, the topic by its name or its id, whichever the version has. */
export function partitionAnswers(response: ProduceResponse): Map<string, PartitionAnswer> {
  const answers = new Map<string, PartitionAnswer>()
  for (const { name, topicId, partitionResponses } of response.responses) {
    for (const partition of partitionResponses) {
      answers.set(`${name === '' ? topicId : name} ${partition.index}`, {
        error: errorName(partition.errorCode),
        message: messageOf(partition),
        baseOffset: partition.baseOffset,
        logAppendTimeMs: partition.logAppendTimeMs,
      })
    }
  }
  return answers
}

function messageOf({
  errorMessage,
  recordErrors,
}: ProduceResponse['responses'][number]['partitionResponses'][number]): string | undefined {
  const [first] = recordErrors
  const why = first?.batchIndexErrorMessage ?? null
  if (first === undefined || why === null) return errorMessage ?? undefined
  return `${errorMessage ?? ''} Record ${first.batchIndex}: ${why}`.trim()
}

/** Errors that say that the client's picture of the cluster is an old one. */
const staleMetadata: ReadonlySet<ErrorName> = new Set([
  'NOT_LEADER_OR_FOLLOWER',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'LEADER_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
  'REPLICA_NOT_AVAILABLE',
])

/** Takes the new leaders that the response names (KIP-951); whether metadata has to be asked for all the same. */
export function learnFrom(
  response: ProduceResponse,
  shipments: readonly { readonly queue: { readonly topic: string }; readonly topicId: string }[],
  metadata: MetadataCache,
): boolean {
  for (const { nodeId, host, port } of response.nodeEndpoints) {
    metadata.learnBroker(nodeId, { host, port })
  }
  let isStale = false
  for (const { name, topicId, partitionResponses } of response.responses) {
    const byId = shipments.find((shipment) => shipment.topicId === topicId)?.queue.topic
    const topic = name === '' ? (byId ?? '') : name
    for (const { index, errorCode, currentLeader } of partitionResponses) {
      if (!staleMetadata.has(errorName(errorCode))) continue
      if (!metadata.learnLeader(topic, index, currentLeader)) isStale = true
    }
  }
  return isStale
}

/** What to do about errors that do not pass by themselves, or not without help. */
const advice: Partial<Record<ErrorName, string>> = {
  MESSAGE_TOO_LARGE: 'Lower batchSize, or raise max.message.bytes of the topic.',
  RECORD_LIST_TOO_LARGE: 'Lower batchSize, or raise segment.bytes of the topic.',
  NOT_ENOUGH_REPLICAS: 'Fewer replicas are in sync than min.insync.replicas of the topic asks for.',
  TOPIC_AUTHORIZATION_FAILED: 'The principal needs Write on the topic.',
  CLUSTER_AUTHORIZATION_FAILED: 'The principal needs IdempotentWrite on the cluster.',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'The principal needs Write on the transactional id.',
  INVALID_TIMESTAMP: 'See message.timestamp.before.max.ms and message.timestamp.after.max.ms.',
  UNSUPPORTED_COMPRESSION_TYPE:
    'The broker does not know the codec: choose another compressionType.',
  REQUEST_TIMED_OUT: 'It may have been written all the same.',
}

/** The error that the callers of a batch are told: it names topic and partition, and what to do where that is known. */
export function failureOf(
  batch: ProducerBatch,
  error: ErrorName,
  message: string | undefined,
): KafkaError {
  const why = message ?? new KafkaError(error).message
  const size = `${batch.recordCount} records, ${batch.sizeInBytes} bytes`
  const help = advice[error] === undefined ? '' : ` ${advice[error]}`
  const place = `${batch.topic}-${batch.partition}`
  return new KafkaError(error, `Batch for ${place} (${size}): ${why}${help}`)
}
