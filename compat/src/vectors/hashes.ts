/**
 * Golden hashes and varints: where Java's producer puts keys, where Kafka's coordinators are, and
 * how records spell integers.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  BATCH_HEADER_BYTES,
  BatchBuilder,
  RecordBatch,
  RecordCursor,
  coordinatorPartition,
  javaHashCode,
  murmur2,
  partitionOfKey,
} from '@samsa/protocol'
import type { CheckResult } from './check-result.ts'
import { CheckCounter } from './check-result.ts'

interface PartitionerVectors {
  readonly partitionCounts: readonly number[]
  readonly keys: readonly { key: string; murmur2: number; partitions: readonly number[] }[]
}

interface CoordinatorVectors {
  readonly partitions: number
  readonly groups: readonly { id: string; hashCode: number; partition: number }[]
}

interface VarintVectors {
  readonly varints: readonly (
    | { readonly int32: number; readonly varint: string }
    | { readonly int64: string; readonly varlong: string }
  )[]
}

/** Checks `DIR/partitioner.json`, `DIR/coordinator.json` and `DIR/varints.json`. */
export async function checkHashes(directory: string): Promise<CheckResult> {
  const counter = new CheckCounter()
  checkPartitioner(counter, read<PartitionerVectors>(directory, 'partitioner.json'))
  checkCoordinator(counter, read<CoordinatorVectors>(directory, 'coordinator.json'))
  checkVarints(counter, read<VarintVectors>(directory, 'varints.json'))
  return counter.result()
}

function checkPartitioner(counter: CheckCounter, vectors: PartitionerVectors): void {
  for (const { key, murmur2: hash, partitions } of vectors.keys) {
    counter.check(`murmur2 of ${key}`, () => {
      const bytes = Buffer.from(key, 'hex')
      if (murmur2(bytes) !== hash) return `is ${murmur2(bytes)} instead of ${hash}`
      const placed = vectors.partitionCounts.map((count) => partitionOfKey(bytes, count))
      return placed.join() === partitions.join() ? undefined : `goes to ${placed.join()}`
    })
  }
}

function checkCoordinator(counter: CheckCounter, vectors: CoordinatorVectors): void {
  for (const { id, hashCode, partition } of vectors.groups) {
    counter.check(`coordinator of ${id}`, () => {
      if (javaHashCode(id) !== hashCode) return `hashes to ${javaHashCode(id)}`
      const placed = coordinatorPartition(id, vectors.partitions)
      return placed === partition ? undefined : `is ${placed} instead of ${partition}`
    })
  }
}

/** As records hold them: a varint is an offset delta, a varlong a timestamp delta. */
function checkVarints(counter: CheckCounter, { varints }: VarintVectors): void {
  for (const vector of varints) {
    if ('int32' in vector) {
      counter.check(`varint of ${vector.int32}`, () => {
        const record = `0000${vector.varint}010100`
        const read = readRecord(record).offsetDelta
        if (read !== vector.int32) return `is read as ${read}`
        return differs(writeRecord(0, vector.int32), record)
      })
    } else {
      counter.check(`varlong of ${vector.int64}`, () => {
        const value = Number(vector.int64)
        const record = `00${vector.varlong}00010100`
        const read = readRecord(record).timestampDelta
        if (!Number.isSafeInteger(value)) {
          return Number.isSafeInteger(read) ? `is read as the safe ${read}` : undefined
        }
        if (read !== value) return `is read as ${read}`
        return differs(writeRecord(value, 0), record)
      })
    }
  }
}

function readRecord(hex: string): RecordCursor {
  const header = new BatchBuilder()
  header.append(0, null, null)
  const length = Buffer.from([(hex.length / 2) << 1])
  const record = Buffer.from(hex, 'hex')
  const bytes = Buffer.concat([header.build().subarray(0, BATCH_HEADER_BYTES), length, record])
  bytes.writeInt32BE(bytes.length - 12, 8)
  const cursor = new RecordCursor()
  cursor.open(new RecordBatch(bytes))
  if (!cursor.next()) throw new Error(`The record is refused: ${cursor.fault?.message}`)
  return cursor
}

function writeRecord(timestampDelta: number, offsetDelta: number): string {
  const builder = new BatchBuilder().reset(0)
  builder.append(timestampDelta, null, null, undefined, offsetDelta)
  return builder.build().toString('hex', BATCH_HEADER_BYTES + 1)
}

function differs(written: string, wanted: string): string | undefined {
  return written === wanted ? undefined : `is written in ${written} instead of ${wanted}`
}

function read<T>(directory: string, name: string): T {
  return JSON.parse(readFileSync(join(directory, name), 'utf8')) as T
}
