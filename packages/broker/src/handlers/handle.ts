// How an API is implemented: `handle` ties one schema to one function and to the versions the function really serves.
// ApiVersions is answered from what is registered here, so a version is advertised only if a handler stands behind it.

import type { Api, RequestOf, ResponseInput } from '@samsa/protocol'
import type { RequestContext } from './request-context.ts'

/** What a handler returns when the protocol wants no answer at all (Produce with acks=0). */
export const noResponse: unique symbol = Symbol('no response')
export type NoResponse = typeof noResponse

/** An answer of an API: its response, or a promise of it. A thrown KafkaError fails the whole request. */
export type Answer<A extends Api> =
  | ResponseInput<A>
  | NoResponse
  | Promise<ResponseInput<A> | NoResponse>

/** Options of `handle`. */
export interface HandleOptions<A extends Api> {
  /** First and last version served; the schema's whole range when absent. */
  readonly versions?: readonly [number, number]
  /** First version that ApiVersions names where it differs from what is served (Produce, KAFKA-18659). */
  readonly advertisedMinVersion?: number
  /**
   * 'owned' (default): bytes in the decoded request are the handler's to keep.
   * 'borrowed': they lie in receive memory that is reused once the answer is there or `context.releaseRequest()` ran.
   */
  readonly requestBytes?: 'owned' | 'borrowed'
  /** May be asked before a SASL handshake has finished (ApiVersions, SaslHandshake, SaslAuthenticate). */
  readonly beforeAuthentication?: boolean
  /** The response for a request that failed as a whole: every error code field filled in, as Kafka does. */
  readonly failed?: (request: RequestOf<A>, errorCode: number, message: string) => ResponseInput<A>
}

/** An implemented API. */
export interface Handler {
  readonly api: Api
  readonly minVersion: number
  readonly maxVersion: number
  readonly advertisedMinVersion: number
  readonly requestBytes: 'owned' | 'borrowed'
  readonly beforeAuthentication: boolean
  answer(request: unknown, context: RequestContext): unknown
  readonly failed: ((request: unknown, errorCode: number, message: string) => unknown) | undefined
}

/** Registers `answer` as the implementation of `api`. */
export function handle<A extends Api>(
  api: A,
  answer: (request: RequestOf<A>, context: RequestContext) => Answer<A>,
  options: HandleOptions<A> = {},
): Handler {
  const [minVersion, maxVersion] = options.versions ?? api.versions
  return {
    api,
    minVersion,
    maxVersion,
    advertisedMinVersion: options.advertisedMinVersion ?? minVersion,
    requestBytes: options.requestBytes ?? 'owned',
    beforeAuthentication: options.beforeAuthentication ?? false,
    answer: answer as Handler['answer'],
    failed: options.failed as Handler['failed'],
  }
}
