// Compiled codecs against the interpreter: on random and on damaged bytes both give the same
// value, or both refuse.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ByteWriter } from '../bytes/index.ts'
import { messages } from '../messages/index.ts'
import type { Message } from './index.ts'

/** A small generator of 32-bit numbers (mulberry32): the same seed, the same bytes. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }
}

type Outcome = { readonly value: unknown; readonly end: number } | 'refused'

function decodeWith(message: Message, version: number, kind: Kind, bytes: Buffer): Outcome {
  const codec = message.codec(version, kind)
  try {
    const value = codec.decode(bytes, 0)
    return { value, end: codec.position }
  } catch {
    return 'refused'
  }
}

type Kind = 'compiled' | 'interpreted'

function encodeWith(message: Message, version: number, kind: Kind, value: unknown): string {
  const writer = new ByteWriter()
  try {
    message.codec(version, kind).encode(writer, value)
    return writer.finish().toString('hex')
  } catch {
    return 'refused'
  }
}

function compare(message: Message, version: number, bytes: Buffer): boolean {
  const label = `${message.name} ${version} ${bytes.toString('hex')}`
  const compiled = decodeWith(message, version, 'compiled', bytes)
  assert.deepEqual(compiled, decodeWith(message, version, 'interpreted', bytes), label)
  if (compiled === 'refused') return false
  const encoded = encodeWith(message, version, 'compiled', compiled.value)
  assert.equal(encoded, encodeWith(message, version, 'interpreted', compiled.value), label)
  return true
}

test('codecs agree on random bytes', () => {
  const random = generator(20261123)
  let taken = 0
  for (const message of messages.values()) {
    const [first, last] = message.versions
    for (let version = first; version <= last; version++) {
      for (let round = 0; round < 12; round++) {
        // Small numbers make plausible lengths; a sparse buffer gets further than a wild one.
        const bytes = Buffer.alloc(random() % 160)
        for (let i = 0; i < bytes.length; i++)
          bytes[i] = random() % 3 === 0 ? random() % 256 : random() % 3
        if (compare(message, version, bytes)) taken++
      }
    }
  }
  assert.ok(taken > 1000, `${taken} were messages`)
})

test('codecs agree on damaged golden messages', () => {
  const random = generator(42)
  let taken = 0
  for (const name of ['requests', 'responses', 'records']) {
    const file = join(import.meta.dirname, `../messages/testdata/${name}.jsonl`)
    for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
      const vector = JSON.parse(line) as { message: string; version: number; hex: string }
      const message = messages.get(vector.message)
      assert.ok(message)
      for (let round = 0; round < 6; round++) {
        const bytes = Buffer.from(vector.hex, 'hex')
        if (bytes.length > 0) bytes[random() % bytes.length] = random() % 256
        if (compare(message, vector.version, bytes)) taken++
      }
    }
  }
  assert.ok(taken > 1000, `${taken} were still messages`)
})
