/**
 * The compiled codecs beside hand-written ones, in one run.
 *
 * Both are measured in turns, a few milliseconds each, so that a busy machine disturbs them
 * alike; the ratio is the median of the turns. Before that they are held against each other: same
 * bytes, same values.
 */

import assert from 'node:assert/strict'
import { Fetch, JoinGroup, Metadata, Produce } from '@samsa/protocol'
import type { Message } from '@samsa/protocol'
import { Reader, Writer } from './by-hand/cursor.ts'
import * as fetch from './by-hand/fetch.ts'
import * as joinGroup from './by-hand/join-group.ts'
import * as metadata from './by-hand/metadata.ts'
import * as produce from './by-hand/produce.ts'
import { type Row, roundsOf } from '../row.ts'
import { samples } from './samples.ts'

/** At most a tenth slower than by hand. */
const GOAL = 0.9

/** Rounds of each pair; the median of them counts. */
const ROUNDS = 31
const ROUND_MS = 8

interface Subject<Value> {
  readonly name: string
  readonly message: Message<Value, Value>
  readonly version: number
  readonly value: Value
  readonly read: (reader: Reader) => Value
  readonly write: (writer: Writer, value: Value) => void
}

/** Decoding and encoding of four APIs, requests and responses, against hand-written code. */
export async function benchMessages(): Promise<Row[]> {
  return [
    ...rows({
      name: 'Produce 9 request',
      message: Produce.request,
      version: 9,
      value: samples.produceRequest,
      read: produce.readRequest,
      write: produce.writeRequest,
    }),
    ...rows({
      name: 'Produce 9 response',
      message: Produce.response,
      version: 9,
      value: samples.produceResponse,
      read: produce.readResponse,
      write: produce.writeResponse,
    }),
    ...rows({
      name: 'Fetch 12 request',
      message: Fetch.request,
      version: 12,
      value: samples.fetchRequest,
      read: fetch.readRequest,
      write: fetch.writeRequest,
    }),
    ...rows({
      name: 'Fetch 12 response',
      message: Fetch.response,
      version: 12,
      value: samples.fetchResponse,
      read: fetch.readResponse,
      write: fetch.writeResponse,
    }),
    ...rows({
      name: 'Metadata 12 request',
      message: Metadata.request,
      version: 12,
      value: samples.metadataRequest,
      read: metadata.readRequest,
      write: metadata.writeRequest,
    }),
    ...rows({
      name: 'Metadata 12 response',
      message: Metadata.response,
      version: 12,
      value: samples.metadataResponse,
      read: metadata.readResponse,
      write: metadata.writeResponse,
    }),
    ...rows({
      name: 'JoinGroup 9 request',
      message: JoinGroup.request,
      version: 9,
      value: samples.joinGroupRequest,
      read: joinGroup.readRequest,
      write: joinGroup.writeRequest,
    }),
    ...rows({
      name: 'JoinGroup 9 response',
      message: JoinGroup.response,
      version: 9,
      value: samples.joinGroupResponse,
      read: joinGroup.readResponse,
      write: joinGroup.writeResponse,
    }),
  ]
}

function rows<Value>({ name, message, version, value, read, write }: Subject<Value>): Row[] {
  const bytes = message.encode(version, value)
  const decoded = message.decode(version, bytes)
  const writer = new Writer()
  write(writer, decoded)
  assert.equal(writer.finish().toString('hex'), bytes.toString('hex'), name)
  assert.deepEqual(readAll(read, bytes), decoded, name)
  return [
    compare(
      `${name} decode`,
      () => message.decode(version, bytes),
      () => readAll(read, bytes),
    ),
    compare(
      `${name} encode`,
      () => message.encode(version, decoded),
      () => {
        write(writer, decoded)
        return writer.finish()
      },
    ),
  ]
}

function readAll<Value>(read: (reader: Reader) => Value, bytes: Buffer): Value {
  const reader = new Reader(bytes)
  const value = read(reader)
  if (reader.p !== bytes.length) throw new RangeError('left over')
  return value
}

function compare(name: string, runOurs: () => unknown, runReference: () => unknown): Row {
  const count = calibrate(runOurs)
  time(runReference, count)
  const times: { ours: number; reference: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    // Who goes first changes with every round: the second finds the caches warm and the first the
    // heap clean.
    if (round % 2 === 0) {
      const first = time(runOurs, count)
      times.push({ ours: first, reference: time(runReference, count) })
    } else {
      const first = time(runReference, count)
      times.push({ ours: time(runOurs, count), reference: first })
    }
  }
  const { median: ours, spread } = roundsOf(times.map((pair) => pair.ours))
  const reference = roundsOf(times.map((pair) => pair.reference))
  const ratio = roundsOf(times.map((pair) => pair.reference / pair.ours)).median
  return {
    name,
    ours: Math.round(ours),
    spread,
    reference: Math.round(reference.median),
    referenceSpread: reference.spread,
    beside: 'written by hand',
    unit: 'ns a message',
    ratio,
    isSteady: true,
    goal: `ratio >= ${GOAL}`,
    met: ratio >= GOAL,
  }
}

/** How many runs take about a round's time, after warming up. */
function calibrate(run: () => unknown): number {
  time(run, 2000)
  return Math.max(10, Math.round((ROUND_MS * 1e6) / time(run, 2000)))
}

/** Nanoseconds a run. The last result is looked at, so that no run can be optimised away. */
function time(run: () => unknown, count: number): number {
  let result: unknown
  const start = process.hrtime.bigint()
  for (let i = 0; i < count; i++) result = run()
  const elapsed = Number(process.hrtime.bigint() - start)
  assert.ok(result !== undefined)
  return elapsed / count
}
