// Values survive the way through a record, with the bytes of Java's own serializers; what does not fit is named.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as serdes from './built-in.ts'
import type { Serde } from './serde.ts'
import type { StandardSchema } from './standard-schema.ts'
import { type KeyOf, topic, type ValueOfTopic } from './topic.ts'

const place = { topic: 't', part: 'value' } as const

function hexOf<T>(serde: Serde<T>, value: T): string {
  const bytes = serde.serialize(value, place)
  const back = serde.deserialize(bytes === null ? null : Buffer.from(bytes), place)
  assert.deepEqual(back, value)
  return bytes === null ? 'null' : Buffer.from(bytes).toString('hex')
}

test('the bytes are those of the Java client', () => {
  assert.equal(hexOf(serdes.string, 'aé'), '61c3a9')
  assert.equal(hexOf(serdes.int16, -2), 'fffe')
  assert.equal(hexOf(serdes.int32, 258), '00000102')
  assert.equal(hexOf(serdes.int64, -1n), 'ffffffffffffffff')
  assert.equal(hexOf(serdes.float, 0.5), '3f000000')
  assert.equal(hexOf(serdes.double, 0.5), '3fe0000000000000')
  assert.equal(hexOf(serdes.void, undefined), 'null')
  assert.equal(hexOf(serdes.nullable(serdes.string), null), 'null')
  const id = '0188d0e4-7a8c-7f00-8000-000000000001'
  assert.equal(hexOf(serdes.uuid, id), Buffer.from(id).toString('hex'))
  assert.equal(
    hexOf(serdes.json<{ a: number }>(), { a: 1 }),
    Buffer.from('{"a":1}').toString('hex'),
  )
})

test('what does not fit is an error that says what was expected', () => {
  assert.throws(() => serdes.int32.serialize(2 ** 31, place), /32 bits, found 2147483648/)
  assert.throws(() => serdes.int64.serialize(2n ** 63n, place), /64 bits/)
  assert.throws(() => serdes.int32.deserialize(Buffer.alloc(3), place), /4 bytes, but found 3/)
  assert.throws(() => serdes.string.deserialize(null, place), /text, found null/)
  assert.throws(() => serdes.uuid.serialize('x', place), /UUID/)
  assert.throws(() => serdes.json().deserialize(Buffer.from('{'), place), SyntaxError)
  assert.throws(() => serdes.json().serialize(undefined, place), /JSON/)
  assert.throws(() => serdes.void.deserialize(Buffer.alloc(1), place), /nothing, found 1/)
})

interface Order {
  readonly id: string
  readonly cents: number
}

/** What zod and its kin are on the outside. */
const orderSchema: StandardSchema<Order, Order> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate(value) {
      const { id, cents = 0 } = value as Partial<Order>
      if (typeof id === 'string') return { value: { id, cents } }
      return { issues: [{ message: 'must be text', path: ['id'] }] }
    },
  },
}

test('a Standard Schema checks records on both ways and fills in its defaults', () => {
  const orders = topic('orders', { key: serdes.string, value: orderSchema })
  const written = orders.value.serialize({ id: 'a' } as Order, place)
  assert.equal(Buffer.from(written ?? []).toString(), '{"id":"a","cents":0}')
  assert.throws(() => orders.value.deserialize(Buffer.from('{"id":7}'), place), /id: must be text/)
})

test('a name that Kafka does not take is refused where it is written', () => {
  for (const name of ['', '.', '..', 'a b', 'ä', 'x'.repeat(250)]) {
    assert.throws(() => topic(name), { name: 'SettingsError' })
  }
})

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

test('types belong to topics', () => {
  const orders = topic('orders', { key: serdes.string, value: orderSchema })
  const key: Same<KeyOf<typeof orders>, string> = true
  const value: Same<ValueOfTopic<typeof orders>, Order> = true
  const bytes = topic('bytes')
  const rawValue: Same<ValueOfTopic<typeof bytes>, Uint8Array | null> = true
  const keyless = topic('keyless', { value: serdes.int64 })
  const rawKey: Same<KeyOf<typeof keyless>, Uint8Array | null> = true
  const big: Same<ValueOfTopic<typeof keyless>, bigint> = true
  assert.ok(key && value && rawValue && rawKey && big)
  // @ts-expect-error An order has cents that are a number.
  assert.ok(orders.value.serialize({ id: 'a', cents: 'many' }, place))
})
