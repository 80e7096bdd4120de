// Messages in every codec and with every acknowledgement, and the places from which they can be read.

import { compressionsAlgorithms } from '@platformatic/kafka'
import { type Platformatic, type Text, eventually, until } from './client.ts'

function shown(messages: readonly Text[]): string {
  return messages.map(({ key, value }) => `${key}:${value}`).join('\n')
}

/** Produce and read back. */
export async function messages(client: Platformatic): Promise<void> {
  const { checks } = client
  await client.createTopic('messages', 1)
  const codecs = Object.keys(compressionsAlgorithms) as (keyof typeof compressionsAlgorithms)[]
  checks.check(codecs.length === 5, `the client has five codecs: ${codecs}`)
  const sent: { topic: string; partition: number; key: string; value: string }[] = []
  for (const compression of codecs) {
    for (const acks of [0, 1, -1]) {
      const producer = client.producer({ compression, acks })
      const batch = Array.from({ length: 50 }, (_, i) => ({
        topic: 'messages',
        partition: 0,
        key: `${compression}-${acks}`,
        value: `value ${i} ${'samsa '.repeat(20)}`,
      }))
      const base = BigInt(sent.length)
      const result = await producer.send({ messages: batch })
      sent.push(...batch)
      // With acks=0 nothing says when the request has been carried out.
      await eventually(async () => (await client.latest('messages')) === BigInt(sent.length))
      if (acks !== 0) {
        const offset = result.offsets?.[0]?.offset
        checks.check(offset === base, `${compression} acks=${acks} gets offset ${base}: ${offset}`)
      }
    }
  }
  const all = await client.collect('messages', sent.length)
  const expected = sent.map(({ key, value }) => `${key}:${value}`).join('\n')
  checks.check(
    shown(all) === expected,
    `all codecs and acknowledgements come back in order, ${all.length} of ${sent.length}`,
  )

  const idempotent = client.producer({ idempotent: true, acks: -1 })
  for (let i = 0; i < 5; i++) {
    await idempotent.send({
      messages: [{ topic: 'messages', partition: 0, key: 'idempotent', value: `${i}` }],
    })
  }
  const start = BigInt(sent.length)
  const tail = await client.collect('messages', 5, {
    mode: 'manual',
    offsets: [{ topic: 'messages', partition: 0, offset: start }],
  })
  checks.check(
    tail.map(({ value, offset }) => `${offset - start}=${value}`).join() === '0=0,1=1,2=2,3=3,4=4',
    `an idempotent producer's messages are stored once, read from an offset: ${shown(tail)}`,
  )

  const late = client.consumer('late')
  const fresh = await client.read(late, 'messages', { mode: 'latest' })
  const timestamp = 1_700_000_000_123n
  const headers = { one: '1', two: '' }
  await client.producer().send({
    messages: [
      { topic: 'messages', key: 'late', value: 'after the end', headers, timestamp },
      { topic: 'messages', key: 'no value', value: null as never },
    ],
  })
  await until(() => fresh.length >= 2)
  const [first, second] = fresh
  checks.check(fresh.length === 2 && first?.value === 'after the end', `latest: ${shown(fresh)}`)
  checks.check(
    first?.headers.get('one') === '1' && first.headers.get('two') === '',
    `headers come back: ${JSON.stringify([...(first?.headers ?? [])])}`,
  )
  checks.check(first?.timestamp === timestamp, `the time comes back: ${first?.timestamp}`)
  checks.check((second?.value ?? null) === null, `no value stays no value: ${second?.value}`)

  const large = [{ topic: 'messages', partition: 0, value: 'x'.repeat(2_000_000) }]
  const refused = client.producer({ retries: 0 }).send({ messages: large })
  await client.refuses(refused, 'MESSAGE_TOO_LARGE', '2 MB in one message are refused')

  await client.producer({ autocreateTopics: true }).send({
    messages: [{ topic: 'created-by-use', value: 'first' }],
  })
  const created = await client.collect('created-by-use', 1)
  checks.check(created[0]?.value === 'first', 'a topic is created by its first message')
}
