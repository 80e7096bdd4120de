// Members come, go and are killed as a seed says, while records are produced: a stormy phase, then one in which nothing
// happens, and at the end everything must have been processed.

import { setTimeout as delay } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import type { Random } from '../fuzz/random.ts'
import { type Kind, type Places, kinds } from './kinds.ts'
import { Member, Processed } from './member.ts'
import type { Quiet } from './verdict.ts'

/** Partitions of the topic that all groups read. */
export const PARTITIONS = 8
/** In every round one record goes to every partition. */
const ROUND_MS = 60

/** Writes records whose value is their number until it is ended; resolves to the partitions' ends. */
export async function produceNumbers(
  { bootstrap, topic }: Places,
  signal: AbortSignal,
): Promise<number[]> {
  const kafka = new Kafka({ clientId: 'numbers', brokers: [bootstrap], logLevel: logLevel.ERROR })
  const producer = kafka.producer({ idempotent: true })
  await producer.connect()
  const ends = Array.from({ length: PARTITIONS }, () => 0)
  while (!signal.aborted) {
    const messages = ends.map((end, partition) => ({ partition, value: String(end) }))
    await producer.send({ topic, acks: -1, messages })
    ends.forEach((end, partition) => (ends[partition] = end + 1))
    await delay(ROUND_MS)
  }
  await producer.disconnect()
  return ends
}

/** A group, its living members by slot, and what all of them have processed. */
export class Group {
  readonly kind: Kind
  readonly processed = new Processed(PARTITIONS)
  readonly #slots: (Member | undefined)[]
  readonly #places: Places
  /** What members said that ended by themselves. */
  readonly lost: string[] = []
  #crashes = 0

  constructor(kind: Kind, places: Places) {
    this.kind = kind
    this.#places = places
    this.#slots = Array.from({ length: kind.most }, () => undefined)
  }

  get members(): readonly Member[] {
    return this.#slots.filter((member) => member !== undefined)
  }

  join(): void {
    const slot = this.#slots.indexOf(undefined)
    if (slot === -1) return
    this.#slots[slot] = new Member(this.kind.start(this.#places, slot), this.processed)
  }

  /** Takes a member out of the group, in order or not. */
  async remove(random: Random, how: 'leave' | 'crash'): Promise<void> {
    const member = random.pick(this.members)
    this.#look(member)
    if (how === 'crash') this.#crashes++
    this.#slots[this.#slots.indexOf(member)] = undefined
    await (how === 'leave' ? member.leave() : member.crash())
  }

  /** How many records may be missing: none, or one for each kill where handing over is consuming. */
  get mayMiss(): number {
    return this.kind.consumesByHandingOver === true ? this.#crashes : 0
  }

  /** Nobody may end by himself. */
  #look(member: Member): void {
    if (!member.isAlive) this.lost.push(member.said)
  }

  async close(): Promise<void> {
    for (const member of this.members) this.#look(member)
    await Promise.all(this.members.map((member) => member.crash()))
  }
}

/** The storm: about one thing a second happens somewhere. Resolves to what happened. */
export async function storm(
  groups: readonly Group[],
  random: Random,
  { seconds, mostMembers }: { readonly seconds: number; readonly mostMembers: number },
): Promise<Record<'join' | 'leave' | 'crash', number>> {
  const counts = { join: 0, leave: 0, crash: 0 }
  const leaving: Promise<void>[] = []
  const until = performance.now() + seconds * 1000
  while (performance.now() < until) {
    await delay(500 + random.below(700))
    const group = random.pick(groups)
    const alive = groups.reduce((sum, each) => sum + each.members.length, 0)
    const room = group.members.length < group.kind.most && alive < mostMembers
    if (group.members.length === 0 || (room && random.below(2) === 0)) {
      group.join()
      counts.join++
      continue
    }
    const how = random.below(2) === 0 ? 'leave' : 'crash'
    counts[how]++
    leaving.push(group.remove(random, how))
  }
  await Promise.all(leaving)
  for (const group of groups) if (group.members.length === 0) group.join()
  return counts
}

/** Waits until every living member has been in its group, for at most `limitMs`. Starting takes its time. */
export async function allJoined(groups: readonly Group[], limitMs: number): Promise<void> {
  const until = performance.now() + limitMs
  const isMissing = (): boolean =>
    groups.some(({ members }) => members.some((each) => each.isAlive && !each.hasJoined))
  while (isMissing() && performance.now() < until) await delay(100)
}

/** Lets sessions of the dead run out, then watches for a while in which nobody does anything. */
export async function calm(settleMs: number, quietMs: number): Promise<Quiet> {
  await delay(settleMs)
  const fromMs = Date.now()
  await delay(quietMs)
  return { fromMs, toMs: Date.now() }
}

/** Starts a group of each kind whose name has `text` in it, with one member. */
export function startGroups(places: Places, text: string): Group[] {
  const chosen = kinds.filter(({ group }) => group.includes(text))
  return chosen.map((kind) => {
    const group = new Group(kind, places)
    group.join()
    return group
  })
}

/** Waits until every group has processed everything, for at most `limitMs`. */
export async function caughtUp(
  groups: readonly Group[],
  ends: readonly number[],
  limitMs: number,
): Promise<void> {
  const until = performance.now() + limitMs
  const isBehind = (): boolean =>
    groups.some(({ processed, mayMiss }) => processed.missing(ends).length > mayMiss)
  while (isBehind() && performance.now() < until) await delay(200)
}
