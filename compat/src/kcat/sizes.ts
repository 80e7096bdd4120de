// Large records: what fits when compressed is stored, what does not is refused, and the broker says so.

import type { Checks } from '../runner/suite.ts'
import type { Kcat } from './kcat.ts'
import { codecs } from './records.ts'

/** A record of 3 MB, three times the broker's limit, and easy to compress. */
const large = 'samsa '.repeat(500_000)

/** Records up to and beyond `message.max.bytes`. */
export async function sizes(kcat: Kcat, checks: Checks): Promise<void> {
  const client = '-X message.max.bytes=10000000 -X fetch.message.max.bytes=10000000'
  await kcat.produce('-t large -p 0', 'first')
  const none = await kcat.run(`-P -t large -p 0 ${client}`, large)
  checks.check(
    none.exitCode !== 0 && /message size too large/i.test(none.stderr),
    `3 MB in one record are refused with MESSAGE_TOO_LARGE: ${none.exitCode} ${none.stderr}`,
  )
  let next = 1
  for (const codec of codecs) {
    if (codec === 'none') continue
    const ended = await kcat.run(`-P -t large -p 0 -z ${codec} ${client}`, large)
    const read = await kcat.consume(`-t large -p 0 -o ${next++} ${client}`)
    checks.check(
      ended.exitCode === 0 && read.length === 1 && read[0]?.payload === large,
      `3 MB packed by ${codec} are stored and come back: ${ended.stderr} ${read.length} read`,
    )
  }
  const million = 'x'.repeat(1_000_000)
  await kcat.produce('-t million -p 0 -X message.max.bytes=2000000', `${million}\nnext`)
  const read = await kcat.consume('-t million -p 0 -o beginning -X fetch.message.max.bytes=1000')
  checks.check(
    read[0]?.payload === million && read[1]?.payload === 'next',
    `a record larger than the fetch limit is returned all the same, read ${read.length}`,
  )
}
