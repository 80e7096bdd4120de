// Judges a history: every rule, one report.

import { type Anomaly, anomalies } from './anomaly.ts'
import { checkCycles } from './cycle-rules.ts'
import { factsOf } from './facts.ts'
import { checkCommitted, checkLostCommits } from './group-rules.ts'
import type { HistoryEvent } from './history.ts'
import { checkPollOrder, checkSendOrder } from './order-rules.ts'
import { checkPipeline, type Pipeline } from './pipeline-rules.ts'
import { checkLosses, checkOffsets, checkRecords, unseenOverTime } from './record-rules.ts'
import { checkDirtyReads, checkTornTransactions } from './transaction-rules.ts'
import { checkWatermarks } from './watermark-rules.ts'

/** What to check besides what every history must keep. */
export interface CheckOptions {
  /** Inputs and outputs of a consume-transform-produce loop. */
  readonly pipeline?: Pipeline
}

/** The judgement. */
export interface Report {
  /** Whether nothing was found that counts against the system. */
  readonly isValid: boolean
  /** What counts. */
  readonly violations: readonly Anomaly[]
  /** What was found and is allowed. */
  readonly remarks: readonly Anomaly[]
  /** How much there was to judge. */
  readonly operationCount: number
  readonly readCount: number
  /** Acknowledged records that no one had read yet, over time. */
  readonly unseen: readonly { readonly atMs: number; readonly unseen: number }[]
}

/** Judges a history. Throws SyntaxError for events that cannot be one. */
export function checkHistory(events: readonly HistoryEvent[], options: CheckOptions = {}): Report {
  const facts = factsOf(events)
  const found = [
    ...checkOffsets(facts),
    ...checkLosses(facts),
    ...checkRecords(facts),
    ...checkDirtyReads(facts),
    ...checkTornTransactions(facts),
    ...checkPollOrder(facts),
    ...checkSendOrder(facts),
    ...checkCycles(facts),
    ...checkCommitted(facts),
    ...checkLostCommits(facts),
    ...checkWatermarks(facts),
    ...(options.pipeline === undefined ? [] : checkPipeline(facts, options.pipeline)),
  ]
  const violations = found.filter(({ name }) => anomalies[name])
  let readCount = 0
  for (const { values } of facts.orders.values()) readCount += values.length
  return {
    isValid: violations.length === 0,
    violations,
    remarks: found.filter(({ name }) => !anomalies[name]),
    operationCount: facts.operations.length,
    readCount,
    unseen: unseenOverTime(facts),
  }
}
