// InitProducerId (key 22): an identity for a producer. Without a transactional id any broker gives a fresh producer id;
// with one the transaction coordinator gives the id that belongs to it, with an epoch that fences whoever had it before.
//
// - Version 3 names the id and epoch the producer had (KIP-360).
// - Version 4 may be answered with PRODUCER_FENCED; older ones get INVALID_PRODUCER_EPOCH (KIP-588).
// - Version 6 (KIP-939) is not served.

import { errorCode, InitProducerId, KafkaError } from '@samsa/protocol'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settleAsync } from './settle.ts'

/** Gives producer ids and epochs. */
export const initProducerId = handle(
  InitProducerId,
  async (request, context) => {
    const nobody = { producerId: -1, producerEpoch: -1 }
    const answer = await settleAsync(nobody, () => {
      const { transactionalId, transactionTimeoutMs: timeoutMs } = request
      const { producerId, producerEpoch } = request
      if ((producerId === -1) !== (producerEpoch === -1)) {
        throw new KafkaError('INVALID_REQUEST', 'A producer id and an epoch come together.')
      }
      authorize(context, transactionalId)
      if (transactionalId === null) return context.transactions.initIdempotentProducer()
      const expected = producerId === -1 ? undefined : { producerId, producerEpoch }
      const init = { transactionalId, timeoutMs, expected }
      return context.transactions.initTransactionalProducer(init)
    })
    if (context.version < 4 && answer.errorCode === errorCode('PRODUCER_FENCED')) {
      return { ...answer, errorCode: errorCode('INVALID_PRODUCER_EPOCH') }
    }
    return answer
  },
  { versions: [0, 5] },
)

function authorize(context: RequestContext, transactionalId: string | null): void {
  if (transactionalId !== null) {
    context.authorize('Write', 'TransactionalId', transactionalId)
  } else {
    context.authorize('IdempotentWrite', 'Cluster', 'kafka-cluster')
  }
}
