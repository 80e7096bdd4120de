// What InitProducerId does to a transactional id (KIP-98, KIP-360). Invariant: an identity is handed out once; only a
// repetition of the same request by the same producer gets it again.

import { KafkaError } from '@samsa/protocol'
import {
  initialized,
  isExhausted,
  MAX_EPOCH,
  newTransaction,
  NONE,
  prepared,
  type ProducerIdentity,
  type Transaction,
} from './transaction.ts'

/** A producer that wants to work under a transactional id. */
export interface InitRequest {
  readonly transactionalId: string
  readonly timeoutMs: number
  /** The identity it has had, when it goes on after an error (KIP-360). */
  readonly expected: ProducerIdentity | undefined
}

/** What else decides. */
export interface InitSituation {
  readonly nowMs: number
  /** A fresh producer id, if one was fetched already. */
  readonly freshProducerId: number | undefined
  /** The cluster's transaction version: how an abandoned transaction is ended. */
  readonly transactionVersion: number
}

/** What comes of it. */
export type InitStep =
  /** The producer gets the identity of this transaction. */
  | { readonly kind: 'initialized'; readonly transaction: Transaction }
  /** Somebody's transaction is open; it is aborted first, and the producer asks again. */
  | { readonly kind: 'aborting'; readonly transaction: Transaction }
  /** Asked again with a fresh id there will be an answer. */
  | { readonly kind: 'needs-producer-id' }

/** Decides; throws CONCURRENT_TRANSACTIONS while an end is under way, PRODUCER_FENCED for a producer of the past. */
export function initStep(
  known: Transaction | undefined,
  request: InitRequest,
  { nowMs, freshProducerId, transactionVersion }: InitSituation,
): InitStep {
  const { transactionalId, timeoutMs, expected } = request
  if (known === undefined) {
    if (freshProducerId === undefined) return { kind: 'needs-producer-id' }
    const created = newTransaction(transactionalId, freshProducerId, timeoutMs)
    const identity = { producerId: freshProducerId, producerEpoch: 0, lastProducerEpoch: NONE }
    const transaction = initialized(created, identity, { timeoutMs, nowMs })
    return { kind: 'initialized', transaction }
  }
  if (expected !== undefined && !isKnownProducer(known, expected)) throw fenced(known, expected)
  switch (known.state) {
    case 'PrepareCommit':
    case 'PrepareAbort':
      throw new KafkaError('CONCURRENT_TRANSACTIONS', `${known.state} of ${transactionalId}.`)
    case 'Ongoing': {
      const ending = {
        isCommit: false,
        clientVersion: transactionVersion,
        nextProducerId: NONE,
        isFence: true,
        nowMs,
      }
      return { kind: 'aborting', transaction: prepared(known, ending) }
    }
    default: {
      const identity = nextIdentity(known, expected, freshProducerId)
      if (identity === undefined) return { kind: 'needs-producer-id' }
      const transaction = initialized(known, identity, { timeoutMs, nowMs })
      return { kind: 'initialized', transaction }
    }
  }
}

/** The producer is the present one, or it repeats what used up its last epoch and did not hear the answer. */
function isKnownProducer(known: Transaction, expected: ProducerIdentity): boolean {
  if (expected.producerId === known.producerId) return true
  return expected.producerId === known.previousProducerId && isExhausted(expected.producerEpoch)
}

/** The identity to hand out; undefined when a fresh producer id is needed for it. */
function nextIdentity(
  known: Transaction,
  expected: ProducerIdentity | undefined,
  freshProducerId: number | undefined,
): (ProducerIdentity & { readonly lastProducerEpoch: number }) | undefined {
  const { producerId, producerEpoch, lastProducerEpoch } = known
  const isCurrent = expected === undefined || expected.producerEpoch === producerEpoch
  if (isCurrent) {
    // A new producer makes the epochs before unknown; one that goes on leaves a trace for its repetition.
    const trace = expected === undefined ? NONE : producerEpoch
    if (!isExhausted(producerEpoch)) {
      return { producerId, producerEpoch: producerEpoch + 1, lastProducerEpoch: trace }
    }
    if (freshProducerId === undefined) return undefined
    return { producerId: freshProducerId, producerEpoch: 0, lastProducerEpoch: trace }
  }
  // The answer to this very request was lost.
  if (expected.producerEpoch === lastProducerEpoch && producerEpoch !== MAX_EPOCH) {
    return { producerId, producerEpoch, lastProducerEpoch }
  }
  throw fenced(known, expected)
}

function fenced(known: Transaction, { producerId, producerEpoch }: ProducerIdentity): KafkaError {
  return new KafkaError(
    'PRODUCER_FENCED',
    `Transactional id ${known.transactionalId} belongs to producer ${known.producerId} with ` +
      `epoch ${known.producerEpoch}, not to ${producerId} with ${producerEpoch}.`,
  )
}
