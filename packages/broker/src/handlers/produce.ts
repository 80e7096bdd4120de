// Produce (key 0): records to be appended. Everything up to the append happens in the turn in which the request came in,
// so that pipelined requests keep their order; the answer waits for the write or for the high watermark.
//
// - acks=0 gets no answer; if it fails, the connection is closed, which is all the client can notice.
// - Versions 11 and 12 understand more of transactions (KIP-890): see produce-admission.ts.
// - Version 10 names the new leader (KIP-951), 13 names topics by id (KIP-516).

import {
  errorCode,
  type ErrorName,
  KafkaError,
  Produce,
  type RequestOf,
  type ResponseInput,
} from '@samsa/protocol'
import type { Acks, Appended, Partition } from '../replicas/partition.ts'
import type { Admission } from '../transactions/partition-admission.ts'
import { handle, noResponse } from './handle.ts'
import { leaderHint } from './leader-hint.ts'
import { admitProduce } from './produce-admission.ts'
import type { RequestContext } from './request-context.ts'

type Request = RequestOf<typeof Produce>
type Response = ResponseInput<typeof Produce>
type PartitionAnswer = Response['responses'][number]['partitionResponses'][number]

/** Byte of a magic-2 batch's attributes that names the codec. */
const attributesAt = 22
const zstd = 4

/** Appends the records of the request, partition by partition. */
export const produce = handle(
  Produce,
  (request, context) => {
    const { acks } = request
    if (acks !== 0 && acks !== 1 && acks !== -1) return refused(request, 'INVALID_REQUIRED_ACKS')
    const pending = context.replicas.reconciled()
    if (pending !== undefined && !allHosted(request, context)) {
      return pending.then(() => admitAndAppend(request, acks, context))
    }
    return admitAndAppend(request, acks, context)
  },
  { versions: [3, 13], advertisedMinVersion: 0, requestBytes: 'borrowed' },
)

/** Records of transactions wait until their coordinator knows of the partition; all others are appended at the call. */
function admitAndAppend(
  request: Request,
  acks: Acks,
  context: RequestContext,
): Promise<Response | typeof noResponse> | Response {
  try {
    const admission = admitProduce(request, context)
    if (!(admission instanceof Promise)) return append(request, acks, context, admission)
    return admission.then((admitted) => append(request, acks, context, admitted))
  } catch (error) {
    if (!(error instanceof KafkaError) || acks === 0) throw error
    return refused(request, error.name)
  }
}

async function append(
  request: Request,
  acks: Acks,
  context: RequestContext,
  admission: Admission | undefined,
): Promise<Response | typeof noResponse> {
  const { timeoutMs } = request
  const topics = request.topicData.map(({ name, topicId, partitionData }) => ({
    name,
    topicId,
    partitions: partitionData.map((data) =>
      appendOne(context, { name, topicId, data, acks, timeoutMs, admission }),
    ),
  }))
  context.releaseRequest()
  const responses = []
  let failures = 0
  for (const { name, topicId, partitions } of topics) {
    const partitionResponses: PartitionAnswer[] = []
    for (const partition of partitions) {
      const answer = await partition
      if ((answer.errorCode ?? 0) !== 0) failures++
      partitionResponses.push(answer)
    }
    responses.push({ name, topicId, partitionResponses })
  }
  if (acks !== 0) return { responses }
  if (failures === 0) return noResponse
  throw new KafkaError('UNKNOWN_SERVER_ERROR', `${failures} partitions of an acks=0 request failed`)
}

interface OneAppend {
  readonly name: string
  readonly topicId: string
  readonly data: Request['topicData'][number]['partitionData'][number]
  readonly acks: Acks
  readonly timeoutMs: number
  readonly admission: Admission | undefined
}

/** Appends at the call; only the answer waits. */
async function appendOne(context: RequestContext, one: OneAppend): Promise<PartitionAnswer> {
  const { data, acks } = one
  try {
    const topic = topicName(context, one.name, one.topicId)
    context.authorize('Write', 'Topic', topic)
    if (topic.startsWith('__') && isInternal(topic) && context.clientId !== '__admin_client') {
      throw new KafkaError('INVALID_TOPIC_EXCEPTION', `${topic} is written by the broker only.`)
    }
    const records = checkedRecords(data.records, context.version)
    const partition = context.replicas.partition(topic, data.index)
    const size = records.length
    const verificationGuard = one.admission?.get(partition)
    if (verificationGuard instanceof KafkaError) throw verificationGuard
    const info = await partition.append(records, acks, { verificationGuard })
    if (!info.isDuplicate) {
      context.traffic.received(size, info.lastOffset - info.baseOffset + 1)
    }
    if (acks === -1) await committed(partition, info, one.timeoutMs, context)
    return {
      index: data.index,
      baseOffset: info.baseOffset,
      logAppendTimeMs: info.logAppendTimeMs,
      logStartOffset: info.logStartOffset,
    }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    const moved = context.version >= 10 && error.name === 'NOT_LEADER_OR_FOLLOWER'
    const hint = moved ? leaderHint(context, one.name, data.index) : undefined
    return {
      index: data.index,
      errorCode: error.code,
      errorMessage: error.message,
      baseOffset: -1,
      ...(hint === undefined ? {} : { currentLeader: hint }),
    }
  }
}

async function committed(
  partition: Partition,
  info: Appended,
  timeoutMs: number,
  context: RequestContext,
): Promise<void> {
  const waiting = partition.committed(info, 'impatient')
  if (waiting === undefined) return
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = context.wheel.after(timeoutMs, () =>
    reject(new KafkaError('REQUEST_TIMED_OUT', `Not committed within ${timeoutMs} ms.`)),
  )
  try {
    await Promise.race([waiting, promise])
  } finally {
    timer.cancel()
  }
}

function topicName(context: RequestContext, name: string, topicId: string): string {
  if (context.version < 13) return name
  const topic = context.metadata.topicById(topicId)
  if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_ID', topicId)
  return topic.name
}

function isInternal(topic: string): boolean {
  return (
    topic === '__consumer_offsets' ||
    topic === '__transaction_state' ||
    topic === '__share_group_state'
  )
}

/** What this version of the request may carry: one batch, and zstd from version 7 on (KIP-110). */
function checkedRecords(records: Buffer | null, version: number): Buffer {
  if (records === null || records.length === 0) {
    throw new KafkaError('INVALID_RECORD', 'There must be exactly one record batch.')
  }
  if (version < 7 && ((records[attributesAt] ?? 0) & 7) === zstd) {
    throw new KafkaError('UNSUPPORTED_COMPRESSION_TYPE', 'zstd needs version 7 of the request.')
  }
  return records
}

function allHosted(request: Request, context: RequestContext): boolean {
  try {
    for (const { name, topicId, partitionData } of request.topicData) {
      const topic = topicName(context, name, topicId)
      for (const { index } of partitionData)
        context.replicas.partition(topic, index).requireLeader()
    }
    return true
  } catch (error) {
    if (error instanceof KafkaError) return false
    throw error
  }
}

function refused(request: Request, error: ErrorName): Response {
  return {
    responses: request.topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index }) => ({
        index,
        errorCode: errorCode(error),
        baseOffset: -1,
      })),
    })),
  }
}
