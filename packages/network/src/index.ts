export {
  type ConnectionLimitSettings,
  ConnectionLimits,
} from './connection-limits.ts'
export type { Exchange } from './exchange.ts'
export { protocolOf, type WireProtocol } from './first-byte.ts'
export { ReceiveBudget } from './receive-budget.ts'
export {
  ServerConnection,
  type ServerConnectionListener,
  type ServerConnectionOptions,
} from './server-connection.ts'
export { SlabPool } from './slabs.ts'
export { TimerWheel } from './timer-wheel.ts'
