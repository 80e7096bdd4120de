export {
  type ConnectionLimitSettings,
  ConnectionLimits,
} from './connection-limits.ts'
export type { Exchange } from './exchange.ts'
export { protocolOf, type WireProtocol } from './first-byte.ts'
export {
  encodeRequest,
  KafkaConnection,
  type KafkaConnectionOptions,
} from './kafka-connection.ts'
export { ReceiveBudget } from './receive-budget.ts'
export { apiKeyOf, apiVersionOf, isRequestHead, readRequestHead } from './request-head.ts'
export {
  ServerConnection,
  type ServerConnectionListener,
  type ServerConnectionOptions,
} from './server-connection.ts'
export { SlabPool } from './slabs.ts'
export { TimerWheel } from './timer-wheel.ts'
