// What a log needs of the broker and of the directory it lies in. One host serves all logs of one directory.

import type { World, WorldError } from '@samsa/world'
import type { AppendArena } from './appends/append-arena.ts'
import type { LogDirectorySettings } from './log-settings.ts'
import type { ReadAhead } from './reads/read-ahead.ts'
import type { ReadBuffers } from './reads/read-buffers.ts'
import type { IndexCache } from './segments/index-cache.ts'
import type { OpenFiles } from './segments/open-files.ts'

/** Whether a directory takes writes. */
export type DirectoryCondition =
  | 'online'
  /** No room: writes are refused until some is freed. */
  | 'full'
  /** The medium failed: nothing works until the broker starts again. */
  | 'offline'

/** A directory's services for its logs. */
export interface LogHost {
  readonly world: World
  readonly settings: LogDirectorySettings
  readonly arena: AppendArena
  readonly files: OpenFiles
  readonly buffers: ReadBuffers
  readonly readAhead: ReadAhead
  readonly indexes: IndexCache
  readonly condition: DirectoryCondition
  /** A write or sync failed: 'full' makes the directory refuse writes for a while, anything else fails it for good. */
  failed(error: WorldError): void
  /** Puts the recovery points of the directory's logs on the medium. */
  checkpointRecoveryPoints(): Promise<void>
  /** Puts the log start offsets of the directory's logs on the medium. */
  checkpointLogStartOffsets(): Promise<void>
}
