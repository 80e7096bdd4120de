// What readers are told of a disk that fails.

import { KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'

/** Failures of the disk have Kafka's name outside the log; anything else is thrown as it is. */
export function storageError(error: unknown): never {
  if (!(error instanceof WorldError)) throw error
  throw new KafkaError('KAFKA_STORAGE_ERROR', error.message, { cause: error })
}
