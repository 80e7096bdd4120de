// Large records: what fits when compressed is stored, what does not is refused, and the broker says so.

import type { Checks } from '../runner/suite.ts'
import type { Kcat } from './kcat.ts'
import { codecs } from './records.ts'

/** A record of 3 MB, three times the broker's limit, and easy to compress. */
const large = 'samsa '.repeat(500_000)

/** Records up to and beyond `message.max.bytes`. */
export async function sizes(kcat: Kcat, checks: Checks): Promise<void> {
  const client = '-X message.max.bytes=10000000 -X fetch.message.max.bytes=10000000'
  for (const codec of codecs) {
    const topic = `-t large-${codec} -p 0`
    await kcat.produce(topic, 'first')
    const ended = await kcat.run(`-P ${topic} -z ${codec} ${client}`, large)
    if (codec === 'none') {
      checks.check(
        ended.exitCode !== 0 && /message size too large/i.test(ended.stderr),
        `3 MB in one record are refused with MESSAGE_TOO_LARGE: ${ended.exitCode} ${ended.stderr}`,
      )
      continue
    }
    const read = await kcat.consume(`${topic} -o beginning ${client}`)
    checks.check(
      ended.exitCode === 0 && read[1]?.payload === large,
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
