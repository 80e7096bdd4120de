// Why groups do what they do: a short list of events for each group, newest last, and the same in the log. It answers
// "why did this group rebalance" and "why is this member fenced" with the member, the reason and the request.

import type { Logger } from '@samsa/world'
import type { GroupMetrics } from './group-metrics.ts'

/** What happened. */
export type GroupEventKind =
  | 'rebalance'
  | 'generation'
  | 'joined'
  | 'left'
  | 'expired'
  | 'fenced'
  | 'assigned'
  | 'converted'
  | 'removed'

/** One thing that happened to a group. */
export interface GroupEvent {
  /** Wall-clock time in milliseconds. */
  readonly atMs: number
  readonly kind: GroupEventKind
  /** The member that caused it or that it happened to, if it was one. */
  readonly memberId?: string
  readonly reason: string
  /** The API whose request caused it; absent for timeouts and changes of metadata. */
  readonly request?: string
}

/** Events kept for a group, and groups events are kept for. */
const EVENTS_PER_GROUP = 32
const GROUPS = 1_000

/** The last events of the groups that had any lately. */
export class Explanations {
  readonly #logger: Logger
  readonly #metrics: GroupMetrics
  /** In order of the last event, so that the first is the one to forget. */
  readonly #events = new Map<string, GroupEvent[]>()

  constructor(logger: Logger, metrics: GroupMetrics) {
    this.#logger = logger
    this.#metrics = metrics
  }

  /** Keeps, counts and logs an event. */
  note(groupId: string, event: GroupEvent): void {
    const events = this.#events.get(groupId) ?? []
    if (isRepeated(events, event)) return
    events.push(event)
    if (events.length > EVENTS_PER_GROUP) events.shift()
    this.#events.delete(groupId)
    this.#events.set(groupId, events)
    if (this.#events.size > GROUPS) {
      const oldest = this.#events.keys().next().value
      if (oldest !== undefined) this.#events.delete(oldest)
    }
    const { atMs: _atMs, kind, ...fields } = event
    this.#metrics.happened(kind)
    if (kind === 'joined' || kind === 'assigned') {
      this.#logger.debug({ groupId, event: kind, ...fields }, 'Group event.')
    } else {
      this.#logger.info({ groupId, event: kind, ...fields }, 'Group event.')
    }
  }

  /** The events of a group, oldest first. */
  of(groupId: string): readonly GroupEvent[] {
    return this.#events.get(groupId) ?? []
  }
}

/** A fenced member may try again and again: each request is told once, and pushes nothing else out. */
function isRepeated(events: readonly GroupEvent[], event: GroupEvent): boolean {
  const { kind, memberId, reason, request } = event
  if (kind !== 'fenced') return false
  return events.some(
    (known) =>
      known.kind === kind &&
      known.memberId === memberId &&
      known.reason === reason &&
      known.request === request,
  )
}
