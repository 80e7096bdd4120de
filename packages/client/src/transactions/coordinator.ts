// The broker that coordinates a transactional id or a group: found when it is needed, asked again when it has moved, and
// asked until it answers or the caller's patience ends.

import {
  type Api,
  errorName,
  type ErrorName,
  FindCoordinator,
  KafkaError,
  type RequestInput,
  type ResponseOf,
} from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { OpenLink } from '../cluster/open-link.ts'
import type { Cluster, Patience } from '../cluster/cluster.ts'

/** What is coordinated; the numbers are those of FindCoordinator. */
const keyTypes = { group: 0, transaction: 1 } as const

/** Another broker has to be looked for. */
const moved: ReadonlySet<ErrorName> = new Set(['NOT_COORDINATOR', 'COORDINATOR_NOT_AVAILABLE'])

/** Markers of the transaction before are still being written; that takes milliseconds. */
const concurrentPauseMs = 20

/** How to ask. */
export interface CoordinatorQuestion<A extends Api> {
  /** The request, made anew for every attempt since it may depend on the broker. */
  readonly request: (link: OpenLink) => RequestInput<A>
  readonly highestVersion?: number
  /** The error in an answer that decides whether to ask again. */
  readonly errorOf: (answer: ResponseOf<A>) => ErrorName
  /** Asked before every attempt but the first: whether the answer is still wanted. */
  readonly isWanted?: () => boolean
}

/** An answer, and the error in it that asking again will not help with. */
export interface CoordinatorAnswer<A extends Api> {
  readonly answer: ResponseOf<A>
  readonly error: ErrorName
}

/** The way to one coordinator. */
export class Coordinator {
  readonly #cluster: Cluster
  readonly #key: string
  readonly #kind: keyof typeof keyTypes
  #nodeId = -1

  constructor(cluster: Cluster, kind: keyof typeof keyTypes, key: string) {
    this.#cluster = cluster
    this.#kind = kind
    this.#key = key
  }

  /**
   * Asks until there is an answer without an error that passes by itself. Rejects with a WorldError or KafkaError when
   * patience ends, with KafkaError for what keeps the coordinator from being found, and with undefined as the reason when
   * the answer is not wanted any more.
   */
  async ask<A extends Api>(
    api: A,
    question: CoordinatorQuestion<A>,
    patience: Patience,
  ): Promise<CoordinatorAnswer<A>> {
    const { highestVersion } = question
    let last: unknown
    for (let attempt = 1; ; attempt++) {
      if (attempt > 1 && question.isWanted?.() === false) throw last
      const link = await this.link(patience)
      let pauseMs: number | undefined
      try {
        const options = highestVersion === undefined ? {} : { highestVersion }
        const sent = link.send(api, question.request(link), options)
        const answer = await this.#cluster.until(sent, patience)
        const error = question.errorOf(answer)
        if (error === 'NONE') return { answer, error }
        const failure = new KafkaError(error)
        if (!failure.retriable && error !== 'CONCURRENT_TRANSACTIONS') return { answer, error }
        last = failure
        if (moved.has(error)) this.#nodeId = -1
        if (error === 'CONCURRENT_TRANSACTIONS') pauseMs = concurrentPauseMs
      } catch (error) {
        if (!(error instanceof WorldError) || this.#cluster.isOver(patience)) throw error
        last = error
        this.#nodeId = -1
      }
      if (pauseMs === undefined) await this.#cluster.pause(attempt, patience)
      else await this.#cluster.world.clock.sleep(pauseMs, this.#cluster.ended)
      if (this.#cluster.isOver(patience)) throw this.#timedOut(api, last, patience)
    }
  }

  /** A connection to the coordinator. */
  async link(patience: Patience): Promise<OpenLink> {
    let last: unknown
    for (let attempt = 1; ; attempt++) {
      const broker = this.#cluster.broker(this.#nodeId)
      try {
        if (broker !== undefined) return await this.#cluster.until(broker.connect(), patience)
        await this.#find(patience)
        continue
      } catch (error) {
        const isRetriable = error instanceof WorldError || isRetriableError(error)
        if (!isRetriable || this.#cluster.isOver(patience)) throw error
        last = error
        this.#nodeId = -1
      }
      await this.#cluster.pause(attempt, patience)
      if (this.#cluster.isOver(patience)) throw this.#timedOut(FindCoordinator, last, patience)
    }
  }

  async #find(patience: Patience): Promise<void> {
    const key = this.#key
    const keyType = keyTypes[this.#kind]
    const found = await this.#cluster.tryAny(async (broker) => {
      const link = await broker.connect()
      const version = link.version(FindCoordinator)
      const request =
        version >= 4
          ? { keyType, coordinatorKeys: [key] }
          : version >= 1
            ? { key, keyType }
            : { key }
      const answer = await link.sendVersion(FindCoordinator, version, request)
      return answer.coordinators[0] ?? answer
    }, patience)
    if (found.errorCode !== 0) {
      const why = found.errorMessage ?? new KafkaError(errorName(found.errorCode)).message
      throw new KafkaError(errorName(found.errorCode), `${this.#kind} ${key}: ${why}`)
    }
    const { nodeId, host, port } = found
    this.#cluster.metadata.learnBroker(nodeId, { host, port })
    this.#nodeId = nodeId
  }

  #timedOut(api: Api, cause: unknown, patience: Patience): unknown {
    if (patience.signal?.aborted === true) return patience.signal.reason
    const why = cause instanceof Error ? cause.message : 'It did not answer.'
    const message = `${api.name} for ${this.#kind} ${this.#key} had no answer in time: ${why}`
    return new KafkaError('REQUEST_TIMED_OUT', message, { cause })
  }
}

function isRetriableError(error: unknown): boolean {
  return error instanceof KafkaError && error.retriable
}
