export { assert } from './assert.ts'
export type { Clock, Timer } from './clock.ts'
export type { Disk, DiskEntry, DiskFile, DiskLock, OpenMode } from './disk.ts'
export { type LogFields, type Logger, silentLogger } from './logger.ts'
export type { Counter, Histogram, Labels, MetricSample, Metrics } from './metrics.ts'
export type {
  Address,
  ConnectOptions,
  Connection,
  ConnectionHandler,
  Listener,
  ListenOptions,
  Network,
  TlsOptions,
} from './network.ts'
export { prometheusText } from './prometheus.ts'
export type { Random } from './random.ts'
export { createMetrics } from './registry.ts'
export type { Task, Workers } from './workers.ts'
export { WorldError, type WorldErrorKind } from './world-error.ts'
export type { World } from './world.ts'
