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
export { EmbeddedStore, type EmbeddedStoreOptions } from './embedded/embedded-store.ts'
