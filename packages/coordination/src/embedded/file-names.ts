// Names of the store's files. Both kinds carry a zxid, 20 digits wide as in the names of a log's segments:
//
//   00000000000000000001.log        journal segment; the zxid of its first transaction
//   00000000000000004711.tree       snapshot; the zxid of the last transaction in it
//   00000000000000004711.tree.tmp   a snapshot that was not finished
//   .lock                           held by the process that has the store open

const JOURNAL = '.log'
const SNAPSHOT = '.tree'
const UNFINISHED = '.tree.tmp'

/** Which files a directory of the store holds; foreign names are left out. */
export interface StoreFiles {
  /** First zxids of the journal segments, ascending. */
  readonly journals: readonly number[]
  /** Last zxids of the snapshots, ascending. */
  readonly snapshots: readonly number[]
  /** Names of what a crash left behind. */
  readonly unfinished: readonly string[]
}

/** Name of the journal segment whose first transaction is `zxid`. */
export function journalName(zxid: number): string {
  return `${digits(zxid)}${JOURNAL}`
}

/** Name of the snapshot whose last transaction is `zxid`. */
export function snapshotName(zxid: number): string {
  return `${digits(zxid)}${SNAPSHOT}`
}

/** Name under which that snapshot is written. */
export function unfinishedSnapshotName(zxid: number): string {
  return `${digits(zxid)}${UNFINISHED}`
}

/** Sorts the names in a directory. */
export function storeFiles(names: readonly string[]): StoreFiles {
  return {
    journals: zxids(names, JOURNAL),
    snapshots: zxids(names, SNAPSHOT),
    unfinished: names.filter((name) => name.endsWith(UNFINISHED)),
  }
}

function zxids(names: readonly string[], ending: string): number[] {
  return names
    .filter((name) => name.endsWith(ending) && /^\d{20}$/.test(name.slice(0, -ending.length)))
    .map((name) => Number(name.slice(0, -ending.length)))
    .toSorted((a, b) => a - b)
}

function digits(zxid: number): string {
  return String(zxid).padStart(20, '0')
}
