// What a pipe into a topic relies on: everything is sent in order, many at a time, and a failure ends the pipe.

import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import type { OutgoingRecord } from './accumulator.ts'
import { RecordSink } from './record-sink.ts'

function recordsOf(count: number): OutgoingRecord<null, number>[] {
  return Array.from({ length: count }, (_, value) => ({ key: null, value }))
}

test('records are sent in order, many in a call, and the pipe ends when all are written', async () => {
  const sent: unknown[] = []
  let calls = 0
  let written = 0
  const sink = new RecordSink<null, number>(async (records) => {
    calls += 1
    sent.push(...records.map(({ value }) => value))
    await new Promise((resolve) => setImmediate(resolve))
    written += records.length
    return []
  })
  await pipeline(Readable.from(recordsOf(5000)), sink)
  assert.deepEqual(sent, [...Array(5000).keys()])
  assert.equal(written, 5000)
  assert.ok(calls < 2500, `${calls} calls`)
})

test('while too much is under way the source is held up', async () => {
  const waiting: (() => void)[] = []
  let taken = 0
  const sink = new RecordSink<null, number>(async (records) => {
    taken += records.length
    await new Promise<void>((resolve) => waiting.push(resolve))
    return []
  })
  let pulled = 0
  const source = Readable.from(
    (function* () {
      for (const record of recordsOf(100_000)) {
        pulled += 1
        yield record
      }
    })(),
  )
  const piped = pipeline(source, sink)
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  for (let i = 0; i < 5000; i++) await turn()
  assert.ok(pulled < 5000, `${pulled} records were asked for although nothing is written`)
  while (taken < 100_000) {
    for (const resolve of waiting.splice(0)) resolve()
    await turn()
  }
  for (const resolve of waiting.splice(0)) resolve()
  await piped
})

test('a record that cannot be sent ends the pipe with its error', async () => {
  const sink = new RecordSink<null, number>((records) => {
    const isBad = records.some(({ value }) => value === 42)
    return isBad ? Promise.reject(new Error('42 is refused')) : Promise.resolve([])
  })
  await assert.rejects(pipeline(Readable.from(recordsOf(100)), sink), /42 is refused/)
})
