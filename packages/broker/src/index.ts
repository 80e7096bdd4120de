export type { BrokerOptions } from './server/broker-options.ts'
export type { Explain, ExplainEvent } from './server/explain.ts'
export type { Broker, BrokerListener } from './server/running-broker.ts'
export {
  type Cluster,
  type ClusterOptions,
  startBroker,
  startCluster,
} from './server/start-broker.ts'
