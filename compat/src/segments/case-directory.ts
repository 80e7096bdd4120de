// A copy of a case as a broker's log directory: the partition's folder under its name, and the checkpoint files that
// stood beside it.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { SegmentCase } from './segment-cases.ts'

/** How a case is found by the broker that opens it. */
export type Situation =
  /** As its Kafka left it: closed in order, or killed. */
  | 'as it was left'
  /** Without checkpoint files and without the marker of an orderly shutdown: all of it is to be recovered. */
  | 'without checkpoints'

/** What the log must say after it was opened. */
export interface Opening {
  readonly path: string
  readonly logStartOffset: number
  readonly highWatermark: number
  /** Up to here everything on the disk may be trusted. */
  readonly recoveryPoint: number
  /** Whether the files are taken as they are, or read and built again. */
  readonly isClean: boolean
}

/** Copies the case below `work`. */
export function copyCase(segmentCase: SegmentCase, situation: Situation, work: string): Opening {
  const { folder, topic, name, endOffset, isKilled, files } = segmentCase
  const path = join(work, `${name} ${situation}`.replaceAll(' ', '-'))
  const partition = join(path, `${topic}-0`)
  mkdirSync(partition, { recursive: true })
  for (const file of Object.keys(files)) copyFileSync(join(folder, file), join(partition, file))
  const firstSegment = Math.min(
    ...Object.keys(files)
      .filter((file) => file.endsWith('.log'))
      .map((file) => Number(file.slice(0, -'.log'.length))),
  )
  if (situation === 'without checkpoints') {
    const from = { logStartOffset: firstSegment, highWatermark: firstSegment, recoveryPoint: 0 }
    return { path, ...from, isClean: false }
  }
  const beside = join(dirname(folder), isKilled ? 'log-dir-killed' : 'log-dir-clean')
  if (existsSync(beside)) {
    for (const file of readdirSync(beside)) copyFileSync(join(beside, file), join(path, file))
  }
  if (!isKilled) {
    // A case that was closed later than its neighbours.
    const line = `0\n1\n${topic} 0 ${endOffset}\n`
    if (checkpointed(path, 'recovery-point-offset-checkpoint', topic) !== endOffset) {
      writeFileSync(join(path, 'recovery-point-offset-checkpoint'), line)
      writeFileSync(join(path, 'replication-offset-checkpoint'), line)
    }
    writeFileSync(join(path, '.kafka_cleanshutdown'), '{"version":0,"brokerEpoch":118}')
  }
  return {
    path,
    logStartOffset: checkpointed(path, 'log-start-offset-checkpoint', topic) ?? firstSegment,
    highWatermark: checkpointed(path, 'replication-offset-checkpoint', topic) ?? firstSegment,
    recoveryPoint: checkpointed(path, 'recovery-point-offset-checkpoint', topic) ?? 0,
    isClean: !isKilled,
  }
}

function checkpointed(path: string, file: string, topic: string): number | undefined {
  if (!existsSync(join(path, file))) return undefined
  for (const line of readFileSync(join(path, file), 'utf8').split('\n')) {
    const [name, partition, offset] = line.split(' ')
    if (name === topic && partition === '0') return Number(offset)
  }
  return undefined
}
