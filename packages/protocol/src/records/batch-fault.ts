/**
 * What is wrong with a batch, as a value: the bytes came from a peer or a disk, so nothing is
 * thrown while they are looked at; whoever asked decides what to do with the answer.
 */

import type { ErrorName } from '../errors.ts'

/** The names of Kafka's errors that the content of a batch can lead to. */
export type BatchErrorName = Extract<
  ErrorName,
  | 'CORRUPT_MESSAGE'
  | 'INVALID_RECORD'
  | 'INVALID_TIMESTAMP'
  | 'MESSAGE_TOO_LARGE'
  | 'UNKNOWN_SERVER_ERROR'
  | 'UNSUPPORTED_COMPRESSION_TYPE'
>

/** One fault found in record bytes. */
export interface BatchFault {
  /** The name of the error that Kafka answers to such bytes. */
  readonly error: BatchErrorName
  /** A sentence for people: what is wrong, with the figures. */
  readonly message: string
  /** Where in the bytes looked at: the first byte of the batch that is at fault. */
  readonly position: number
}

/** Makes a `BatchFault`. */
export function fault(error: BatchErrorName, position: number, message: string): BatchFault {
  return { error, message, position }
}
