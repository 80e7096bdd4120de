// `samsa log dump`: files of a log directory for people and for programs. What is wrong with a file is printed among
// what is in it; the exit code says whether anything was.

import { type DumpEntry, dumpEntries, dumpKindOf } from '@samsa/log/dump'
import { type Disk, WorldError } from '@samsa/world'
import { nodeDisk } from '@samsa/world/node'
import type { ExitCode } from '../../command-line.ts'
import type { Output } from '../../terminal/output.ts'
import { jsonLine } from './dump-json.ts'
import { textLine } from './dump-text.ts'

/** The flags of `samsa log dump`, as parsed. */
export interface LogDumpFlags {
  readonly json?: boolean
  readonly records: boolean
  readonly topic?: string
}

const FLUSH_CHARACTERS = 1 << 16

/** Prints the files; resolves to the exit code: 0 all is well, 1 damaged or missing, 2 not files of a log. */
export async function logDump(
  files: readonly string[],
  flags: LogDumpFlags,
  output: Output,
  disk: Disk = nodeDisk,
): Promise<ExitCode> {
  let isDamaged = false
  let isMisused = false
  const lineOf = flags.json === true ? jsonLine : textLine
  for (const path of files) {
    if (dumpKindOf(path) === undefined) {
      output.error(`samsa log dump: ${path} is not a file of a log directory (${known})\n`)
      isMisused = true
      continue
    }
    let text = ''
    try {
      const options = flags.topic === undefined ? {} : { topic: flags.topic }
      for await (const entry of dumpEntries(disk, path, { ...options, records: flags.records })) {
        if (entry.kind === 'damage') isDamaged = true
        text += lineOf(entry)
        if (text.length < FLUSH_CHARACTERS) continue
        await output.write(text)
        text = ''
      }
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      output.error(`samsa log dump: ${error.message}\n`)
      isDamaged = true
    }
    await output.write(text)
  }
  if (isDamaged) return 1
  return isMisused ? 2 : 0
}

const known = '.log, .index, .timeindex, .txnindex, .snapshot, a checkpoint or metadata file'

/** The lines of one entry. */
export type LineOf = (entry: DumpEntry) => string
