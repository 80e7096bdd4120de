// Transactions: what is committed is read, what is aborted is not, and consumed offsets belong to the transaction.

import type { Platformatic } from './client.ts'

/** Commit, abort, and read-process-write. */
export async function transactions(client: Platformatic): Promise<void> {
  const { checks } = client
  await client.createTopic('ledger', 1)
  const producer = client.producer({ transactionalId: 'clerk', idempotent: true, acks: -1 })
  const write = async (values: readonly string[], end: 'commit' | 'abort'): Promise<void> => {
    const transaction = await producer.beginTransaction()
    await transaction.send({
      messages: values.map((value) => ({ topic: 'ledger', partition: 0, key: end, value })),
    })
    await transaction[end]()
  }
  await write(['a', 'b'], 'commit')
  await write(['x', 'y'], 'abort')
  await write(['c'], 'commit')
  const values = async (isolationLevel: number, count: number): Promise<string> =>
    (await client.collect('ledger', count, { isolationLevel })).map(({ value }) => value).join()
  const committed = await values(1, 3)
  checks.check(committed === 'a,b,c', `read_committed sees a,b,c: ${committed}`)
  const uncommitted = await values(0, 5)
  checks.check(uncommitted === 'a,b,x,y,c', `read_uncommitted sees all: ${uncommitted}`)
}
