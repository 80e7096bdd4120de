export type { AppendInfo } from './appends/append-info.ts'
export type { AppendOrigin } from './appends/validate-append.ts'
export {
  type DirectoryDescription,
  LogDirectories,
  type LogDirectoriesOptions,
} from './directories/log-directories.ts'
export type { EpochEnd } from './epochs/leader-epochs.ts'
export type { AbortedTransaction } from './indexes/transaction-index.ts'
export type { LogDirectorySettings, LogSettings } from './log-settings.ts'
export { type LogListener, PartitionLog } from './partition-log.ts'
export type { ProducerDescription } from './producers/describe-producers.ts'
export type { VerificationGuard } from './producers/verification.ts'
export type { ReadIsolation, ReadLimits } from './reads/read-log.ts'
export type { ReadResult } from './reads/read-result.ts'
export type { TimestampedOffset } from './reads/timestamp-search.ts'
