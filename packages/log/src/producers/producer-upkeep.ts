// What is done about producers besides their appends: transactions that are about to begin are verified, idle producers
// are forgotten.

import type { LogState } from '../log-state.ts'
import { checkEpoch } from './producer-checks.ts'
import type { VerificationGuard } from './verification.ts'

/** The first append of a transaction, still to come. */
export interface VerificationAttempt {
  readonly producerEpoch: number
  readonly sequence: number
  readonly supportsEpochBump: boolean
}

/**
 * Begins to verify that a transaction includes this partition (KIP-890). `undefined` when the transaction is open here
 * already and needs none. Throws INVALID_PRODUCER_EPOCH.
 */
export function startVerification(
  log: LogState,
  producerId: number,
  attempt: VerificationAttempt,
): VerificationGuard | undefined {
  const { producers, verifications, host } = log
  const { producerEpoch, sequence } = attempt
  const batch = { producerId, producerEpoch, baseSequence: sequence, isTransactional: true }
  checkEpoch(batch, producers.entry(producerId))
  if (producers.hasOngoing(producerId, producerEpoch)) return undefined
  return verifications.start(producerId, { ...attempt, nowMs: host.world.clock.now() })
}

/** Forgets producers and verifications that were idle for `producer.id.expiration.ms`. */
export function expireProducers({ host, producers, verifications }: LogState): void {
  const nowMs = host.world.clock.now()
  const expirationMs = host.settings['producer.id.expiration.ms']
  producers.expire(nowMs, expirationMs)
  verifications.expire(nowMs - expirationMs)
}
