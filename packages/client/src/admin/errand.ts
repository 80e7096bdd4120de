// Things to be done by brokers: each is sent to the broker that can do it, together with the others that go there, and
// sent again where leaders, coordinators or controllers have moved.
//
// Invariants: every item gets exactly one outcome; an item is sent again only after an answer (or a lost connection) that
// says that another try may help; at the end of the caller's patience the last reason is its outcome.

import { KafkaError, type ErrorName, errorName } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { OpenLink } from '../cluster/open-link.ts'
import type { Cluster, Patience } from '../cluster/cluster.ts'
import type { Outcomes } from './results.ts'

/** How long a call may take, and who may end it. */
export interface AdminCallOptions {
  /** Instead of `defaultApiTimeoutMs`. */
  readonly timeoutMs?: number
  /** Aborting it rejects the call with the signal's reason; what was sent may still be done. */
  readonly signal?: AbortSignal
}

/** Broker ids, or why there is none. */
export type Places<Item> = Map<Item, number | KafkaError>

/** Finds the broker for each item; `attempt` counts from 1. */
export type Route<Item> = (
  items: readonly Item[],
  patience: Patience,
  attempt: number,
) => Promise<Places<Item>>

/** What a request may need to know. */
export interface AskContext {
  /** How long the broker may take. */
  readonly timeoutMs: number
  readonly brokerId: number
}

/** What is to be done. */
export interface Errand<Item, Key extends string | number, Value> {
  readonly items: readonly Item[]
  keyOf(item: Item): Key
  /** The item in sentences: `Topic orders`. */
  nameOf(item: Item): string
  readonly route: Route<Item>
  /** One request. Outcomes by key; a KafkaError thrown is the outcome of all items. */
  ask(link: OpenLink, items: readonly Item[], context: AskContext): Promise<Outcomes<Key, Value>>
  /** Brokers may not know of a new topic at once: its absence is believed at the third try. */
  readonly mayLag?: boolean
}

/** Another broker, or the same one later, may do it. */
const movedErrors: ReadonlySet<ErrorName> = new Set([
  'NOT_CONTROLLER',
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'OFFSET_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'THROTTLING_QUOTA_EXCEEDED',
  'UNSTABLE_OFFSET_COMMIT',
  'CONCURRENT_TRANSACTIONS',
])
const lagErrors: ReadonlySet<ErrorName> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
])
const believedAt = 3

/** Does an errand; resolves to the outcomes in the order of the items. */
export async function runErrand<Item, Key extends string | number, Value>(
  cluster: Cluster,
  errand: Errand<Item, Key, Value>,
  patience: Patience,
): Promise<Outcomes<Key, Value>> {
  const done: Outcomes<Key, Value> = new Map()
  let open = errand.items
  for (let attempt = 1; open.length > 0; attempt++) {
    const last = await attemptAll(cluster, errand, open, patience, attempt)
    for (const [key, outcome] of last) {
      if (!isWorthAnotherTry(outcome, errand, attempt)) done.set(key, outcome)
    }
    open = open.filter((item) => !done.has(errand.keyOf(item)))
    if (open.length === 0) break
    await cluster.pause(attempt, patience)
    if (!cluster.isOver(patience)) continue
    cluster.check({ ...patience, deadlineMs: Number.POSITIVE_INFINITY })
    for (const [key, outcome] of last) done.set(key, outcome)
    break
  }
  const ordered: Outcomes<Key, Value> = new Map()
  for (const item of errand.items) {
    const key = errand.keyOf(item)
    const outcome = done.get(key)
    if (outcome !== undefined || done.has(key)) ordered.set(key, outcome as Value | KafkaError)
  }
  return ordered
}

function isWorthAnotherTry(
  outcome: unknown,
  { mayLag }: { readonly mayLag?: boolean },
  attempt: number,
): boolean {
  if (!(outcome instanceof KafkaError)) return false
  if (movedErrors.has(outcome.name)) return true
  // A broker may have been registered a moment ago, too.
  if (outcome.name === 'BROKER_NOT_AVAILABLE') return attempt < believedAt
  return mayLag === true && lagErrors.has(outcome.name) && attempt < believedAt
}

/** One round: an outcome for every open item. */
async function attemptAll<Item, Key extends string | number, Value>(
  cluster: Cluster,
  errand: Errand<Item, Key, Value>,
  open: readonly Item[],
  patience: Patience,
  attempt: number,
): Promise<Outcomes<Key, Value>> {
  const outcomes: Outcomes<Key, Value> = new Map()
  const places = await errand.route(open, patience, attempt)
  const parts = new Map<number, Item[]>()
  for (const item of open) {
    const place = places.get(item) ?? new KafkaError('LEADER_NOT_AVAILABLE')
    if (place instanceof KafkaError) {
      outcomes.set(errand.keyOf(item), named(place, errand.nameOf(item)))
      continue
    }
    const part = parts.get(place)
    if (part === undefined) parts.set(place, [item])
    else part.push(item)
  }
  const asked = [...parts].map(async ([brokerId, items]) => {
    const answer = await askBroker(cluster, errand, { brokerId, items }, patience)
    for (const item of items) {
      const key = errand.keyOf(item)
      if (!answer.has(key)) {
        const silence = new KafkaError('UNKNOWN_SERVER_ERROR', 'The broker did not answer for it.')
        outcomes.set(key, named(silence, errand.nameOf(item)))
        continue
      }
      const outcome = answer.get(key) as Value | KafkaError
      const isError = outcome instanceof KafkaError
      outcomes.set(key, isError ? named(outcome, errand.nameOf(item)) : outcome)
    }
  })
  await cluster.until(Promise.all(asked), patience)
  return outcomes
}

async function askBroker<Item, Key extends string | number, Value>(
  cluster: Cluster,
  errand: Errand<Item, Key, Value>,
  { brokerId, items }: { readonly brokerId: number; readonly items: readonly Item[] },
  { deadlineMs }: Patience,
): Promise<Outcomes<Key, Value>> {
  const toAll = (error: KafkaError): Outcomes<Key, Value> => {
    return new Map(items.map((item) => [errand.keyOf(item), error]))
  }
  const broker = cluster.broker(brokerId)
  if (broker === undefined) {
    return toAll(new KafkaError('BROKER_NOT_AVAILABLE', `No broker has the id ${brokerId}.`))
  }
  try {
    const link = await broker.connect()
    const leftMs = deadlineMs - cluster.world.clock.monotonic()
    const timeoutMs = Math.min(Math.max(1, leftMs), cluster.settings.link.requestTimeoutMs)
    return await errand.ask(link, items, { timeoutMs: Math.ceil(timeoutMs), brokerId })
  } catch (error) {
    if (error instanceof KafkaError) return toAll(error)
    if (!(error instanceof WorldError)) throw error
    return toAll(new KafkaError('NETWORK_EXCEPTION', error.message, { cause: error }))
  }
}

/** An error that says what it is about. */
export function named(error: KafkaError, subject: string): KafkaError {
  if (error.message.startsWith(`${subject}: `)) return error
  return new KafkaError(error.name, `${subject}: ${error.message}`, { cause: error })
}

/** The outcome that a code of an answer stands for: the value, unless it is an error. */
export function outcomeOf<Value>(
  answer: { readonly errorCode: number; readonly errorMessage?: string | null },
  value: Value,
): Value | KafkaError {
  const { errorCode, errorMessage } = answer
  if (errorCode === 0) return value
  const text = errorMessage === '' ? undefined : (errorMessage ?? undefined)
  return new KafkaError(errorName(errorCode), text)
}

/** Throws unless the code is 0. */
export function checkCode(errorCode: number, errorMessage?: string | null): void {
  const outcome = outcomeOf({ errorCode, errorMessage: errorMessage ?? null }, undefined)
  if (outcome !== undefined) throw outcome
}
