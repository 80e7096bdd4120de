export type {
  Coordination,
  MultiFailure,
  MultiResult,
  Node,
  NodeStat,
  Operation,
  SessionState,
  WatchListener,
} from './coordination.ts'
