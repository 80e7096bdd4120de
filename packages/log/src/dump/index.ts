export type { DumpEntry, DumpKind } from './dump-entry.ts'
export { dumpEntries, dumpKindOf, type DumpOptions } from './dump-file.ts'
