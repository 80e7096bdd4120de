export { type Anomaly, type AnomalyName, anomalies } from './anomaly.ts'
export { type CheckOptions, checkHistory, type Report } from './check-history.ts'
export {
  type Action,
  formatEvent,
  type HistoryEvent,
  type MicroOperation,
  type Outcome,
  parseHistory,
} from './history.ts'
export { outcomeOf } from './outcomes.ts'
export type { Pipeline } from './pipeline-rules.ts'
