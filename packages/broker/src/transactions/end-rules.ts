// What EndTxn does, in both versions of the protocol.
//
// Version 1: epoch and id stay. Only an open transaction can be ended; the same request once more is answered as before.
//
// Version 2 (KIP-890): every end raises the epoch, so a repetition shows by its epoch, which is one lower than the
// stored one (or by the id before, when the epochs were used up), and an equal epoch means the next transaction:
//
//                    abort again   abort       commit again   commit
//   Empty            fenced        raises      fenced         invalid
//   CompleteAbort    as before     raises      invalid        invalid
//   CompleteCommit   invalid       raises      as before      invalid
//
// A client may abort what the coordinator does not know to have begun: it cannot know what its lost requests did.

import { KafkaError } from '@samsa/protocol'
import {
  identityAfter,
  isExhausted,
  MAX_EPOCH,
  NONE,
  prepared,
  type ProducerIdentity,
  raisesEpoch,
  type Transaction,
} from './transaction.ts'

/** A producer that wants its transaction ended. */
export interface EndRequest extends ProducerIdentity {
  readonly transactionalId: string
  readonly isCommit: boolean
  /** 2 from EndTxn version 5 on. */
  readonly clientVersion: number
}

/** What comes of it. */
export type EndStep =
  /** To be written; then the producer gets the identity to go on with, and the markers leave. */
  | {
      readonly kind: 'prepared'
      readonly transaction: Transaction
      readonly identity: ProducerIdentity
    }
  /** It was ended so before. */
  | { readonly kind: 'repeated'; readonly identity: ProducerIdentity }
  /** Asked again with a fresh producer id there will be an answer. */
  | { readonly kind: 'needs-producer-id' }

/** Decides; throws the KafkaError of a refusal. */
export function endStep(
  known: Transaction | undefined,
  request: EndRequest,
  situation: { readonly nowMs: number; readonly freshProducerId: number | undefined },
): EndStep {
  const { transactionalId, producerId, isCommit, clientVersion } = request
  const isRepeated = known !== undefined && isRepetition(known, request)
  if (known === undefined || (known.producerId !== producerId && !isRepeated)) {
    const message = `Producer ${producerId} does not belong to transactional id ${transactionalId}.`
    throw new KafkaError('INVALID_PRODUCER_ID_MAPPING', message)
  }
  if (!isEpochAllowed(known, request, isRepeated)) {
    const message = `The epoch of ${transactionalId} is ${known.producerEpoch}, not ${request.producerEpoch}.`
    throw new KafkaError('PRODUCER_FENCED', message)
  }
  const { state } = known
  if (state === 'PrepareCommit' || state === 'PrepareAbort') {
    if (isCommit !== (state === 'PrepareCommit')) throw invalid(known, isCommit)
    throw new KafkaError('CONCURRENT_TRANSACTIONS', `${state} of ${transactionalId}.`)
  }
  if (state !== 'Ongoing') {
    const wasEndedSo = state === (isCommit ? 'CompleteCommit' : 'CompleteAbort')
    if (raisesEpoch(clientVersion) ? wasEndedSo && isRepeated : wasEndedSo) {
      return { kind: 'repeated', identity: identityOf(known) }
    }
    const isEmptyAbort = raisesEpoch(clientVersion) && !isCommit && !isRepeated
    if (!isEmptyAbort) throw invalid(known, isCommit)
  }
  return ended(known, request, situation)
}

/** The end that a timeout forces; undefined if there is nothing to end any more. */
export function abortStep(
  known: Transaction | undefined,
  identity: ProducerIdentity,
  situation: { readonly nowMs: number; readonly transactionVersion: number },
): Transaction | undefined {
  if (known?.state !== 'Ongoing') return undefined
  const { producerId, producerEpoch } = identity
  if (known.producerId !== producerId || known.producerEpoch !== producerEpoch) return undefined
  const { nowMs, transactionVersion: clientVersion } = situation
  const ending = { isCommit: false, clientVersion, nextProducerId: NONE, isFence: true, nowMs }
  return prepared(known, ending)
}

function ended(
  known: Transaction,
  { isCommit, clientVersion }: EndRequest,
  {
    nowMs,
    freshProducerId,
  }: { readonly nowMs: number; readonly freshProducerId: number | undefined },
): EndStep {
  const needsId = raisesEpoch(clientVersion) && isExhausted(known.producerEpoch)
  if (needsId && freshProducerId === undefined) return { kind: 'needs-producer-id' }
  const nextProducerId = needsId ? (freshProducerId ?? NONE) : NONE
  const ending = { isCommit, clientVersion, nextProducerId, isFence: false, nowMs }
  const transaction = prepared(known, ending)
  return { kind: 'prepared', transaction, identity: identityAfter(transaction) }
}

/** Version 2 only: the producer has the epoch before the last end. */
function isRepetition(
  known: Transaction,
  { producerId, producerEpoch, clientVersion }: EndRequest,
): boolean {
  if (!raisesEpoch(clientVersion)) return false
  if (known.producerId === producerId) return known.producerEpoch === producerEpoch + 1
  const wasUsedUp = producerEpoch === MAX_EPOCH - 1 && known.producerEpoch === 0
  return wasUsedUp && known.previousProducerId === producerId
}

function isEpochAllowed(
  { state, producerEpoch }: Transaction,
  request: EndRequest,
  isRepeated: boolean,
): boolean {
  const isCurrent = request.producerEpoch === producerEpoch
  if (!raisesEpoch(request.clientVersion)) return isCurrent
  switch (state) {
    case 'PrepareCommit':
    case 'PrepareAbort':
      return isRepeated
    case 'CompleteCommit':
    case 'CompleteAbort':
      return isCurrent || isRepeated
    default:
      return isCurrent
  }
}

function identityOf({ producerId, producerEpoch }: Transaction): ProducerIdentity {
  return { producerId, producerEpoch }
}

function invalid({ transactionalId, state }: Transaction, isCommit: boolean): KafkaError {
  const what = isCommit ? 'committed' : 'aborted'
  return new KafkaError(
    'INVALID_TXN_STATE',
    `${transactionalId} is ${state}, it cannot be ${what}.`,
  )
}
