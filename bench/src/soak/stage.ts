// What all who take part in a soak share: the broker's address, the topics, the history, and when it is over.

import { type KafkaClient, connect, nullable, string, type Topic, topic } from '@samsa/client'
import type { HistoryBook } from './history-book.ts'

/** A topic of texts. */
export type Texts = Topic<string | null, string>

function textsOf(name: string): Texts {
  return topic(name, { key: nullable(string), value: string })
}

/** The topics: judged as a whole, kept short by retention, kept short by compaction, and for latencies. */
export const topics = {
  history: textsOf('history'),
  retained: textsOf('retained'),
  compacted: textsOf('compacted'),
  probe: textsOf('probe'),
} as const

/** Partitions of every topic. */
export const partitionCount = 4

/** The stage of a soak. */
export interface Stage {
  readonly bootstrap: string
  readonly book: HistoryBook
  /** No new work is begun. */
  readonly isOver: () => boolean
  /** Somebody ended who should not have: the soak has failed, and goes on. */
  readonly failed: (who: string, error: unknown) => void
}

/** Errors that every client has to live with: a broker that is away for a while, another with the same transactional id. */
const passing = [
  'WorldError',
  'REQUEST_TIMED_OUT',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'REBALANCE_IN_PROGRESS',
  'FENCED_MEMBER_EPOCH',
  'STALE_MEMBER_EPOCH',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_TXN_STATE',
  'CONCURRENT_TRANSACTIONS',
  'PRODUCER_FENCED',
]

/** Whether whoever met this error tries again. */
export function isPassing(error: unknown): boolean {
  return error instanceof Error && passing.includes(error.name)
}

/** Our client on this stage. */
export function connectTo({ bootstrap }: Stage): KafkaClient {
  return connect({ brokers: bootstrap, requestTimeoutMs: 5000 })
}
