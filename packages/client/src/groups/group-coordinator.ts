// The coordinator of one group: found when it is needed, found anew when it has moved or gone.

import {
  type Api,
  errorName,
  FindCoordinator,
  KafkaError,
  type RequestInput,
  type ResponseOf,
} from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { BrokerLink } from '../cluster/broker-link.ts'
import type { OpenLink, SendOptions } from '../cluster/open-link.ts'
import type { Cluster, Lane, Patience } from '../cluster/cluster.ts'
import { meaningOf } from './group-error.ts'

/** The way to a group's coordinator. */
export class GroupCoordinator {
  readonly groupId: string
  readonly #cluster: Cluster
  #nodeId: number | undefined
  #finding: Promise<void> | undefined

  constructor(cluster: Cluster, groupId: string) {
    this.#cluster = cluster
    this.groupId = groupId
  }

  /** A connection to the coordinator. Rejects with what makes trying again pointless, or with WorldError. */
  async link(lane: Lane, patience: Patience): Promise<OpenLink> {
    for (let attempt = 1; ; attempt++) {
      const way = await this.#way(lane, patience)
      try {
        return way.open ?? (await this.#cluster.until(way.connect(), patience))
      } catch (error) {
        if (!(error instanceof WorldError) || this.#cluster.isOver(patience)) throw error
        this.lost()
        await this.#cluster.pause(attempt, patience)
        this.#cluster.check(patience)
      }
    }
  }

  /** One request, one answer. After a WorldError, whose outcome is unknown, the coordinator is found anew. */
  async ask<A extends Api>(
    api: A,
    request: RequestInput<A>,
    lane: Lane,
    patience: Patience,
    options?: SendOptions,
  ): Promise<ResponseOf<A>> {
    const link = await this.link(lane, patience)
    try {
      return await this.#cluster.until(link.send(api, request, options), patience)
    } catch (error) {
      if (error instanceof WorldError) this.lost()
      throw error
    }
  }

  /**
   * Repeats `attempt` while it is rejected with errors that pass, until the patience is over; then with the last of them.
   */
  async persist<T>(patience: Patience, attempt: () => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures++) {
      try {
        return await attempt()
      } catch (error) {
        if (!this.passes(error) || this.#cluster.isOver(patience)) throw error
        await this.#cluster.pause(failures, patience)
        if (this.#cluster.isOver(patience)) throw error
      }
    }
  }

  /**
   * Whether trying again may help; if the error says that the coordinator is elsewhere, it is found anew. A connection that
   * was closed is one of a broker that stops: whoever has closed the client itself knows that without this error.
   */
  passes(error: unknown): boolean {
    if (error instanceof WorldError) return true
    if (!(error instanceof KafkaError)) return false
    const meaning = meaningOf(error.name)
    if (meaning === 'find') this.lost()
    return meaning === 'find' || meaning === 'later'
  }

  /** It is not where it was. */
  lost(): void {
    this.#nodeId = undefined
  }

  async #way(lane: Lane, patience: Patience): Promise<BrokerLink> {
    for (;;) {
      const nodeId = this.#nodeId
      const way = nodeId === undefined ? undefined : this.#cluster.broker(nodeId, lane)
      if (way !== undefined) return way
      this.#finding ??= this.#find(patience).finally(() => {
        this.#finding = undefined
      })
      await this.#cluster.until(this.#finding, patience)
    }
  }

  async #find(patience: Patience): Promise<void> {
    const { groupId } = this
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#cluster.askAny(
        FindCoordinator,
        { key: groupId, keyType: 0 },
        patience,
        // Later versions only add that several keys may be asked for at once.
        { highestVersion: 3 },
      )
      const { nodeId, host, port, errorCode, errorMessage } = answer
      const error = errorName(errorCode)
      if (error === 'NONE') {
        this.#cluster.metadata.learnBroker(nodeId, { host, port })
        this.#nodeId = nodeId
        return
      }
      const sentence = errorMessage ?? new KafkaError(error).message
      const failure = new KafkaError(error, `Group ${groupId} has no coordinator: ${sentence}`)
      if (!failure.retriable || this.#cluster.isOver(patience)) throw failure
      await this.#cluster.pause(attempt, patience)
      if (this.#cluster.isOver(patience)) throw failure
    }
  }
}
