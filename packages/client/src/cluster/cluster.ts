// The cluster as a client sees it: who its brokers are, who leads what, and a way to each of them. All parts of a client
// share one.
//
// Invariants: one request for metadata is under way at a time; a failure is told only when the caller's time is over or
// when trying again cannot help, and then it names every address that was tried and why it failed.

import {
  type Api,
  errorName,
  KafkaError,
  Metadata,
  type RequestInput,
  type ResponseOf,
} from '@samsa/protocol'
import { type Timer, type World, WorldError } from '@samsa/world'
import { addressText, type BrokerAddress } from './address.ts'
import { backoffMs } from './backoff.ts'
import { BrokerLink } from './broker-link.ts'
import type { SendOptions } from './open-link.ts'
import type { ClusterSettings } from './cluster-settings.ts'
import { MetadataCache, type TopicMetadata } from './metadata-cache.ts'

/**
 * Connections of one kind: `main`, which all share, is for requests that are answered at once; a number is the lane of one
 * consumer, whose requests a broker holds.
 */
export type Lane = 'main' | number

/** How long to try, and who may end it earlier. */
export interface Patience {
  /** Monotonic time at which to give up. */
  readonly deadlineMs: number
  readonly signal?: AbortSignal | undefined
  /** Whether asking for a topic may create it, as far as the broker does that; true if absent. */
  readonly mayCreateTopics?: boolean
}

/** A broker that has not answered for so long is asked only where nobody else can be, in milliseconds. */
const silenceMs = 500

/** Answers after which asking for the topic again cannot help. */
const fatalTopicErrors: ReadonlySet<string> = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
])

/** The cluster behind a client. */
export class Cluster {
  readonly metadata = new MetadataCache()
  readonly world: World
  readonly settings: ClusterSettings
  readonly #bootstrap: readonly BrokerAddress[]
  readonly #links = new Map<string, BrokerLink>()
  /** Topics whose metadata somebody wants, and whether asking for them may create them. */
  readonly #topics = new Map<string, { readonly mayCreate: boolean }>()
  readonly #end = new AbortController()
  /** Why the last attempt to reach an address failed; empty where none did since it was last reached. */
  readonly #failures = new Map<string, string>()
  #refreshing: Promise<void> | undefined
  #refreshAgain = false
  #ageTimer: Timer | undefined
  #lanes = 0

  constructor(world: World, bootstrap: readonly BrokerAddress[], settings: ClusterSettings) {
    this.world = world
    this.settings = settings
    this.#bootstrap = bootstrap
  }

  /** Aborts when the client is closed; its reason is what everything that waits is told. */
  get ended(): AbortSignal {
    return this.#end.signal
  }

  /** A lane for nobody else. */
  newLane(): number {
    this.#lanes += 1
    return this.#lanes
  }

  /** Ends the connections of a lane, and what waits on them. */
  async closeLane(lane: number): Promise<void> {
    const links = [...this.#links].filter(([key]) => key.endsWith(` ${lane}`))
    for (const [key] of links) this.#links.delete(key)
    await Promise.all(links.map(([, link]) => link.close()))
  }

  /** The way to an address; the same one every time. */
  #link(address: BrokerAddress, lane: Lane): BrokerLink {
    const key = `${addressText(address)} ${lane}`
    const known = this.#links.get(key)
    if (known !== undefined) return known
    const link = new BrokerLink(this.world, address, this.settings.link)
    this.#links.set(key, link)
    return link
  }

  /** The way to a broker; undefined when no broker has this id. */
  broker(nodeId: number, lane: Lane = 'main'): BrokerLink | undefined {
    const address = this.metadata.brokers.get(nodeId)
    return address === undefined ? undefined : this.#link(address, lane)
  }

  /**
   * Asks any broker, one after the other until one answers. Rejects with a WorldError that lists all that were tried, or
   * with what makes trying again pointless.
   */
  askAny<A extends Api>(
    api: A,
    request: RequestInput<A>,
    patience: Patience,
    options?: SendOptions,
  ): Promise<ResponseOf<A>> {
    return this.tryAny((link) => link.send(api, request, options), patience)
  }

  /** As `askAny`, where what is asked depends on what the broker serves. */
  async tryAny<T>(ask: (link: BrokerLink) => Promise<T>, patience: Patience): Promise<T> {
    for (let round = 1; ; round++) {
      for (const link of this.#candidates(round)) {
        this.check(patience)
        try {
          const answer = await this.until(ask(link), patience)
          this.#failures.delete(link.name)
          return answer
        } catch (error) {
          if (!(error instanceof WorldError) || this.isOver(patience)) {
            this.check(patience)
            throw error
          }
          this.#failures.set(link.name, error.message)
        }
      }
      await this.pause(round, patience)
      this.check(patience)
    }
  }

  /** Takes an answer about the cluster that somebody else has asked for. */
  learn(answer: ResponseOf<typeof Metadata>): void {
    if (answer.brokers.length === 0) return
    this.metadata.apply(answer)
    this.#closeStrangers()
  }

  /** Brokers to ask in turn: connected ones first, and from the second round on the bootstrap addresses (KIP-899). */
  #candidates(round: number): BrokerLink[] {
    const known = [...this.metadata.brokers.values()]
    const addresses = round > 1 || known.length === 0 ? [...known, ...this.#bootstrap] : known
    const links = new Set(addresses.map((address) => this.#link(address, 'main')))
    const shuffled = shuffle([...links], this.world)
    const rank = (link: BrokerLink): number => {
      if (link.open === undefined) return link.isBackingOff ? 3 : 1
      // Perhaps it is paused or cut off: others are asked first.
      return link.open.silentMs > silenceMs ? 2 : 0
    }
    return shuffled.sort((a, b) => rank(a) - rank(b))
  }

  /** Metadata of a topic, as soon as a broker knows it. Rejects with a KafkaError that names the topic. */
  async topic(name: string, patience: Patience): Promise<TopicMetadata> {
    const mayCreate =
      patience.mayCreateTopics !== false || this.#topics.get(name)?.mayCreate === true
    this.#topics.set(name, { mayCreate })
    for (let attempt = 1; ; attempt++) {
      const known = this.metadata.topic(name)
      if (known !== undefined) return known
      await this.refresh(patience)
      const found = this.metadata.topic(name)
      if (found !== undefined) return found
      const error = this.metadata.errorOf(name) ?? 'UNKNOWN_TOPIC_OR_PARTITION'
      const sentence = new KafkaError(error).message
      if (fatalTopicErrors.has(error)) throw new KafkaError(error, `Topic ${name}: ${sentence}`)
      await this.pause(attempt, patience)
      if (this.isOver(patience)) {
        this.check({ ...patience, deadlineMs: Number.POSITIVE_INFINITY })
        throw new KafkaError(error, `Topic ${name} is not to be had: ${sentence}`)
      }
    }
  }

  /**
   * Asks for the metadata of all wanted topics; whoever asks meanwhile gets an answer that was asked for after its call.
   */
  async refresh(patience: Patience): Promise<void> {
    if (this.#refreshing !== undefined) {
      this.#refreshAgain = true
    } else {
      this.#refreshing = this.#refresh().finally(() => {
        this.#refreshing = undefined
      })
    }
    await this.until(this.#refreshing, patience)
  }

  /** As `refresh`, when nobody waits for it. */
  refreshSoon(): void {
    const deadlineMs = this.world.clock.monotonic() + this.settings.defaultApiTimeoutMs
    this.refresh({ deadlineMs }).catch(() => {})
  }

  /** One request for all topics, and another for those that must not be created, where there are both. */
  async #askForTopics(deadlineMs: number): Promise<ResponseOf<typeof Metadata>> {
    const ask = async (mayCreate: boolean): Promise<ResponseOf<typeof Metadata>> => {
      const wanted = [...this.#topics].filter(([, topic]) => topic.mayCreate === mayCreate)
      const topics = wanted.map(([name]) => ({ name }))
      const request = { topics, allowAutoTopicCreation: mayCreate }
      return await this.askAny(Metadata, request, { deadlineMs })
    }
    const isMixed = [...this.#topics.values()].some(({ mayCreate }) => !mayCreate)
    const first = await ask(true)
    if (!isMixed || first.errorCode !== 0) return first
    const second = await ask(false)
    return { ...second, topics: [...first.topics, ...second.topics] }
  }

  async #refresh(): Promise<void> {
    do {
      this.#refreshAgain = false
      const deadlineMs = this.world.clock.monotonic() + this.settings.defaultApiTimeoutMs
      const answer = await this.#askForTopics(deadlineMs)
      if (errorName(answer.errorCode) === 'REBOOTSTRAP_REQUIRED') {
        // The broker belongs to another cluster now: begin again where the user said (KIP-1102).
        this.metadata.forgetBrokers()
        this.#refreshAgain = true
        await this.pause(1, { deadlineMs })
        continue
      }
      this.learn(answer)
      this.#ageTimer?.cancel()
      this.#ageTimer = this.world.clock.after(this.settings.metadataMaxAgeMs, () => {
        this.refreshSoon()
      })
    } while (this.#refreshAgain)
  }

  /** Links to addresses that no broker has any more. */
  #closeStrangers(): void {
    const addresses = [...this.metadata.brokers.values(), ...this.#bootstrap]
    const names = new Set(addresses.map(addressText))
    for (const [key, link] of this.#links) {
      if (names.has(link.name)) continue
      this.#links.delete(key)
      void link.close()
    }
  }

  /** Waits as long as attempt number `attempt` should, at most to the deadline. Rejects when the signal aborts. */
  async pause(attempt: number, { deadlineMs, signal }: Patience): Promise<void> {
    const { clock, random } = this.world
    const pauseMs = backoffMs(this.settings.retryBackoff, attempt, random.fraction())
    const leftMs = deadlineMs - clock.monotonic()
    const ends = signal === undefined ? this.ended : AbortSignal.any([signal, this.ended])
    const hold = clock.hold?.()
    try {
      await clock.sleep(Math.max(0, Math.ceil(Math.min(pauseMs, leftMs))), ends)
    } finally {
      hold?.cancel()
    }
  }

  /** Monotonic time of the next attempt after `failures` failures in a row. */
  retryAtMs(failures: number): number {
    const { clock, random } = this.world
    return clock.monotonic() + backoffMs(this.settings.retryBackoff, failures, random.fraction())
  }

  isOver({ deadlineMs, signal }: Patience): boolean {
    const isAborted = signal?.aborted === true || this.ended.aborted
    return isAborted || this.world.clock.monotonic() >= deadlineMs
  }

  /** Throws when it is over, and says what was tried. */
  check(patience: Patience): void {
    patience.signal?.throwIfAborted()
    this.ended.throwIfAborted()
    if (this.isOver(patience)) throw this.#noAnswer()
  }

  #noAnswer(): WorldError {
    const tried = [...this.#failures.keys()].join(', ')
    const whys = [...this.#failures].map(([address, why]) => `\n  ${address}: ${why}`).join('')
    return new WorldError('unreachable', tried, `No broker answered in time.${whys}`)
  }

  /** The promise, or an earlier end of the caller's patience. */
  async until<T>(promise: Promise<T>, patience: Patience): Promise<T> {
    const { deadlineMs, signal } = patience
    const over = Promise.withResolvers<never>()
    const onAbort = (): void => over.reject(signal?.reason ?? this.ended.reason)
    const leftMs = Math.max(0, deadlineMs - this.world.clock.monotonic())
    const timer = Number.isFinite(leftMs)
      ? this.world.clock.after(leftMs, () => over.reject(this.#noAnswer()))
      : undefined
    signal?.addEventListener('abort', onAbort, { once: true })
    this.ended.addEventListener('abort', onAbort, { once: true })
    const hold = this.world.clock.hold?.()
    try {
      return await Promise.race([promise, over.promise])
    } finally {
      hold?.cancel()
      timer?.cancel()
      signal?.removeEventListener('abort', onAbort)
      this.ended.removeEventListener('abort', onAbort)
    }
  }

  /** Ends all connections; whoever waits is rejected. */
  async close(): Promise<void> {
    this.#end.abort(new WorldError('closed', 'client', 'The client is closed.'))
    this.#ageTimer?.cancel()
    await Promise.all([...this.#links.values()].map((link) => link.close()))
  }
}

function shuffle<T>(items: T[], { random }: World): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const [a, b] = [items[i], items[j]]
    if (a !== undefined && b !== undefined) [items[i], items[j]] = [b, a]
  }
  return items
}
