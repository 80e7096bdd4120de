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
export {
  type Ensemble,
  parseConnectString,
  type ZooKeeperServer,
} from './zookeeper/connect-string.ts'
