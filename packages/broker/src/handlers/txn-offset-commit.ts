// TxnOffsetCommit (key 28): offsets that count once the producer's transaction is committed (KIP-98). The member's
// generation and instance id fence members of the past (KIP-447).
//
// - Version 4 understands TRANSACTION_ABORTABLE, 5 leaves adding the group's partition to the broker (KIP-890).
// - Version 6 names topics by id.

import { KafkaError, type RequestOf, TxnOffsetCommit } from '@samsa/protocol'
import type { VerificationGuard } from '@samsa/log'
import type { TopicCommit, TopicCommitted } from '../groups/offsets/offset-commit.ts'
import { OFFSETS_TOPIC } from '../transactions/local-markers.ts'
import { admit } from '../transactions/partition-admission.ts'
import { answerTopics, checkTopic } from './committed-topics.ts'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settleAsync } from './settle.ts'

type Request = RequestOf<typeof TxnOffsetCommit>

/** Stores offsets as part of a transaction. */
export const txnOffsetCommit = handle(TxnOffsetCommit, async (request, context) => {
  const checked = request.topics.map((topic) => checkTopic(topic, context))
  const topics = checked.flatMap(({ commit }) => (commit === undefined ? [] : [commit]))
  const result = await settleAsync({}, async () => {
    context.authorize('Write', 'TransactionalId', request.transactionalId)
    context.authorize('Read', 'Group', request.groupId)
    const isNothing = topics.every(({ partitions }) => partitions.length === 0)
    return { committed: isNothing ? [] : await commit(request, topics, context) }
  })
  const committed = 'committed' in result ? result.committed : []
  return { topics: answerTopics(checked, committed, result.errorCode) }
})

async function commit(
  request: Request,
  topics: readonly TopicCommit[],
  context: RequestContext,
): Promise<TopicCommitted[]> {
  const verificationGuard = await admittedGuard(request, context)
  return context.groups.commitTransactional({
    groupId: request.groupId,
    memberId: request.memberId,
    groupInstanceId: request.groupInstanceId,
    generationIdOrMemberEpoch: request.generationIdOrMemberEpoch,
    knowsMemberEpochs: false,
    retentionMs: -1,
    topics,
    producerId: request.producerId,
    producerEpoch: request.producerEpoch,
    verificationGuard,
  })
}

/** Makes sure that the transaction's coordinator knows of the group's partition. */
async function admittedGuard(
  request: Request,
  context: RequestContext,
): Promise<VerificationGuard | undefined> {
  const partition = offsetsPartition(request.groupId, context)
  const { transactionalId, producerId, producerEpoch } = request
  const admission = await admit(context.transactions, context.world.clock, {
    transactionalId,
    producerId,
    producerEpoch,
    // Offsets have no sequences.
    entries: [{ partition, sequence: -1 }],
    addsImplicitly: context.version >= 5,
    knowsAbortable: context.version >= 4,
  })
  const answer = admission.get(partition)
  if (answer instanceof KafkaError) throw answer
  return answer
}

function offsetsPartition(
  groupId: string,
  context: RequestContext,
): ReturnType<RequestContext['replicas']['partition']> {
  try {
    const index = context.groups.partitionFor(groupId)
    const partition = context.replicas.partition(OFFSETS_TOPIC, index)
    partition.requireLeader()
    return partition
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    throw new KafkaError('NOT_COORDINATOR', error.message, { cause: error })
  }
}
