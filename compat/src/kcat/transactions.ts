// Transactions as librdkafka does them: committed records are seen by all, records of an open one by nobody who asks for
// committed ones.

import type { Checks } from '../runner/suite.ts'
import type { Kcat } from './kcat.ts'

/** A committed transaction, and what isolation levels see. */
export async function transactions(kcat: Kcat, checks: Checks): Promise<void> {
  await kcat.produce('-t ledger -p 0', 'before')
  await kcat.produce('-t ledger -p 0 -X transactional.id=clerk', 'debit\ncredit')
  await kcat.produce('-t ledger -p 0 -X transactional.id=clerk', 'debit 2\ncredit 2')
  for (const level of ['read_committed', 'read_uncommitted']) {
    const read = await kcat.consume(`-t ledger -p 0 -o beginning -X isolation.level=${level}`)
    const payloads = read.map(({ payload }) => payload).join()
    checks.check(
      payloads === 'before,debit,credit,debit 2,credit 2',
      `${level} reads committed records: ${payloads}`,
    )
    // Each commit leaves a marker, which takes an offset and is never shown.
    const offsets = read.map(({ offset }) => offset).join()
    checks.check(offsets === '0,1,2,4,5', `${level} skips the markers: ${offsets}`)
  }
}
