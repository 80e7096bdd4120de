// Old clients know a producer of the past only as INVALID_PRODUCER_EPOCH (KIP-588).

import { KafkaError } from '@samsa/protocol'

/** The error as the client knows it. */
export function forClient(error: KafkaError, knowsFenced: boolean): KafkaError {
  if (error.name !== 'PRODUCER_FENCED' || knowsFenced) return error
  return new KafkaError('INVALID_PRODUCER_EPOCH', error.message, { cause: error })
}
