/** An API: a key, and the request and response that go by it. */

import type { Decoded, Fields, Input } from './field.ts'
import { Message } from './message.ts'
import type { VersionRange } from './message.ts'

/** What an API's definition says beside its fields. */
export interface ApiVersions {
  readonly versions: VersionRange
  /**
   * First version with compact lengths and tagged fields (KIP-482); left out where there is none.
   */
  readonly flexible?: number
  /** The last version may still change: not to be used between different releases. */
  readonly latestVersionUnstable?: boolean
}

/** One API of the protocol, in all its versions. */
export interface Api<Request = unknown, RequestIn = never, Response = unknown, ResponseIn = never> {
  readonly key: number
  /** Kafka's name of it, as `OffsetCommit`. */
  readonly name: string
  readonly versions: VersionRange
  /** First flexible version, or Infinity. */
  readonly flexible: number
  readonly latestVersionUnstable: boolean
  readonly request: Message<Request, RequestIn>
  readonly response: Message<Response, ResponseIn>
}

/** What decoding a request gives. */
export type RequestOf<A> = A extends { readonly request: Message<infer Out, never> } ? Out : never

/** What decoding a response gives. */
export type ResponseOf<A> = A extends { readonly response: Message<infer Out, never> } ? Out : never

/** What encoding a request takes. */
export type RequestInput<A> = A extends { readonly request: Message<unknown, infer In> }
  ? In
  : never

/** What encoding a response takes. */
export type ResponseInput<A> = A extends { readonly response: Message<unknown, infer In> }
  ? In
  : never

/** What decoding a message gives. */
export type MessageOf<M> = M extends Message<infer Out, never> ? Out : never

/** What encoding a message takes. */
export type MessageInput<M> = M extends Message<unknown, infer In> ? In : never

/** Defines an API. */
export function api<const Request extends Fields, const Response extends Fields>(
  key: number,
  name: string,
  { versions, flexible = Infinity, latestVersionUnstable = false }: ApiVersions,
  { request, response }: { readonly request: Request; readonly response: Response },
): Api<Decoded<Request>, Input<Request>, Decoded<Response>, Input<Response>> {
  return {
    key,
    name,
    versions,
    flexible,
    latestVersionUnstable,
    request: new Message(`${name}Request`, { versions, flexible }, request),
    response: new Message(`${name}Response`, { versions, flexible }, response),
  }
}
