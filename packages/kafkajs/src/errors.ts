// kafkajs's errors, and the client's errors as one of them: programs look at class, `type`, `code` and `retriable`.

import { KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'

/** What kafkajs errors have in common. */
export class KafkaJSError extends Error {
  readonly retriable: boolean
  readonly helpUrl: string | undefined

  constructor(error: Error | string, { retriable = true }: { readonly retriable?: boolean } = {}) {
    super(error instanceof Error ? error.message : error)
    this.name = new.target.name
    this.retriable = retriable
    this.helpUrl = undefined
    if (error instanceof Error) this.cause = error
  }
}

/** Trying again does not help. */
export class KafkaJSNonRetriableError extends KafkaJSError {
  constructor(error: Error | string) {
    super(error, { retriable: false })
  }
}

/** A broker answered with an error. */
export class KafkaJSProtocolError extends KafkaJSError {
  /** Kafka's name of it: `TOPIC_ALREADY_EXISTS` … */
  readonly type: string
  readonly code: number

  constructor(error: KafkaError) {
    super(error, { retriable: error.retriable })
    this.type = error.name
    this.code = error.code
  }
}

/** An offset lies outside the log. */
export class KafkaJSOffsetOutOfRange extends KafkaJSProtocolError {}

/** A broker cannot be reached, or the connection to it was lost. */
export class KafkaJSConnectionError extends KafkaJSError {
  readonly broker: string

  constructor(error: WorldError) {
    super(error)
    this.broker = error.subject
  }
}

/** A handler or a request has failed as often as it may. */
export class KafkaJSNumberOfRetriesExceeded extends KafkaJSNonRetriableError {
  readonly retryCount: number
  readonly retryTime: number

  constructor(
    error: Error | string,
    { retryCount, retryTime }: { readonly retryCount: number; readonly retryTime: number },
  ) {
    super(error)
    this.retryCount = retryCount
    this.retryTime = retryTime
  }
}

/** A broker did not answer in time. */
export class KafkaJSRequestTimeoutError extends KafkaJSError {}

/** A broker refuses the credentials. */
export class KafkaJSSASLAuthenticationError extends KafkaJSNonRetriableError {}

/** A part of kafkajs that does not exist here. */
export class KafkaJSNotImplemented extends KafkaJSNonRetriableError {}

/** A broker does not serve an API. */
export class KafkaJSServerDoesNotSupportApiKey extends KafkaJSNonRetriableError {}

/** Several errors. */
export class KafkaJSAggregateError extends Error {
  readonly errors: readonly Error[]

  constructor(message: string, errors: readonly Error[]) {
    super(message)
    this.name = 'KafkaJSAggregateError'
    this.errors = errors
  }
}

/** Groups that could not be deleted. */
export class KafkaJSDeleteGroupsError extends KafkaJSError {
  readonly groups: readonly {
    readonly groupId: string
    readonly errorCode: number
    readonly error: Error
  }[]

  constructor(message: string, groups: KafkaJSDeleteGroupsError['groups']) {
    super(message)
    this.groups = groups
  }
}

/** An error of the client as kafkajs has it. */
export function translated(error: unknown): Error {
  if (error instanceof KafkaJSError || error instanceof KafkaJSAggregateError) return error
  if (error instanceof WorldError) return new KafkaJSConnectionError(error)
  if (!(error instanceof KafkaError)) {
    return error instanceof Error ? error : new KafkaJSNonRetriableError(String(error))
  }
  switch (error.name) {
    case 'SASL_AUTHENTICATION_FAILED':
    case 'UNSUPPORTED_SASL_MECHANISM':
    case 'ILLEGAL_SASL_STATE':
      return new KafkaJSSASLAuthenticationError(error)
    case 'REQUEST_TIMED_OUT':
      return new KafkaJSRequestTimeoutError(error)
    case 'UNSUPPORTED_VERSION':
      return new KafkaJSServerDoesNotSupportApiKey(error)
    case 'OFFSET_OUT_OF_RANGE':
      return new KafkaJSOffsetOutOfRange(error)
    case 'NETWORK_EXCEPTION':
      return error.cause instanceof WorldError
        ? new KafkaJSConnectionError(error.cause)
        : new KafkaJSProtocolError(error)
    default:
      return new KafkaJSProtocolError(error)
  }
}

/** Runs something of the client; what it rejects with is one of kafkajs's errors. */
export async function inTheirWords<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw translated(error)
  }
}
