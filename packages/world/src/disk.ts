// The disk as the rest of Samsa sees it. Every call is asynchronous and may fail with a `WorldError` that names the
// path. What a crash may take back is part of the contract:
//   - written bytes survive the process, but power loss may lose or tear them until `sync` resolved;
//   - a created, renamed or removed name survives power loss only after `syncDirectory` of its directory.

/** How a file is opened. */
export type OpenMode =
  /** Read only; the file must exist. */
  | 'read'
  /** Read and write; the file must exist. */
  | 'update'
  /** Read and write; created empty when missing, kept when it exists. */
  | 'create'
  /** Read and write; created, or cut to length 0 when it exists. */
  | 'truncate'

/** An open file. Positions and lengths are bytes. Calls on one file may overlap; overlapping writes to one range may not. */
export interface DiskFile {
  readonly path: string
  /** Fills `buffer` from `position`; resolves to the bytes read, fewer only at the end of the file. */
  read(buffer: Buffer, position: number): Promise<number>
  /** Fills the buffers one after another with one system call where possible; resolves to the bytes read. */
  readv(buffers: readonly Buffer[], position: number): Promise<number>
  /** Writes all of `buffer` at `position`. */
  write(buffer: Buffer, position: number): Promise<void>
  /** Writes all buffers one after another, starting at `position`, with one system call where possible. */
  writev(buffers: readonly Buffer[], position: number): Promise<void>
  /** Cuts or extends (with zeros) the file to `size` bytes. */
  truncate(size: number): Promise<void>
  /** Resolves when everything written before is on the medium (fdatasync). */
  sync(): Promise<void>
  /** Length of the file in bytes. */
  size(): Promise<number>
  /**
   * Releases the descriptor when the calls that run have ended; syncs nothing. Later calls fail with `closed`, a second
   * `close` does nothing.
   */
  close(): Promise<void>
}

/** What `Disk.stat` tells about a name. */
export interface DiskEntry {
  readonly kind: 'file' | 'directory'
  /** Bytes, 0 for a directory. */
  readonly size: number
  /** Wall-clock time of the last modification, in milliseconds since the epoch. */
  readonly modifiedMs: number
}

/** Exclusive ownership of a lock file, held until `release` or the end of the process. */
export interface DiskLock {
  release(): Promise<void>
}

/** A file system. Paths are absolute, or relative to where the process started. */
export interface Disk {
  open(path: string, mode: OpenMode): Promise<DiskFile>
  /** The whole content of a small file; `undefined` when there is none. */
  readFile(path: string): Promise<Buffer | undefined>
  /** Names in a directory, sorted. */
  list(path: string): Promise<string[]>
  /** `undefined` when nothing has that name. */
  stat(path: string): Promise<DiskEntry | undefined>
  /** Creates a directory and its missing parents; an existing one is fine. */
  makeDirectory(path: string): Promise<void>
  /** Replaces `to` if it is a file. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file; one that is missing is fine. */
  unlink(path: string): Promise<void>
  /** Removes a directory with everything in it; one that is missing is fine. */
  removeDirectory(path: string): Promise<void>
  /** Resolves when the directory's names are on the medium. */
  syncDirectory(path: string): Promise<void>
  /** Bytes that can still be written to the file system that holds `path`. */
  freeBytes(path: string): Promise<number>
  /** Takes the lock file at `path`, or resolves to `undefined` when another process holds it. */
  lock(path: string): Promise<DiskLock | undefined>
}
