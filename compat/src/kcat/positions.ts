// Where reading can start and end: beginning, end, an offset, some before the end, a timestamp; and offsets asked by time.

import { setTimeout as delay } from 'node:timers/promises'
import type { Checks } from '../runner/suite.ts'
import type { Kcat, Read } from './kcat.ts'

function numbers(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => `${first + i}`)
}

/** Reads and queries by position. */
export async function positions(kcat: Kcat, checks: Checks): Promise<void> {
  const topic = '-t positions -p 0'
  await kcat.produce(topic, numbers(0, 9).join('\n'))
  await delay(20)
  const between = Date.now()
  await delay(20)
  // One batch, so that a position inside it has to be found among its records by the reader.
  await kcat.produce(`${topic} -X linger.ms=200`, numbers(10, 19).join('\n'))
  await delay(20)
  const after = Date.now()

  const expectFrom = async (words: string, expected: readonly string[]): Promise<void> => {
    const found = (await kcat.consume(`${topic} ${words}`)).map(({ payload }: Read) => payload)
    checks.check(found.join() === expected.join(), `-C ${words} reads ${expected}, not ${found}`)
  }
  await expectFrom('-o beginning', numbers(0, 19))
  await expectFrom('-o end', [])
  await expectFrom('-o 7', numbers(7, 19))
  await expectFrom('-o 14', numbers(14, 19))
  await expectFrom('-o -3', numbers(17, 19))
  await expectFrom('-o 4 -c 3', numbers(4, 6))
  await expectFrom(`-o s@${between}`, numbers(10, 19))
  await expectFrom(`-o s@1`, numbers(0, 19))
  await expectFrom(`-o beginning -o e@${between}`, numbers(0, 9))
  await expectFrom(`-o beginning -X fetch.message.max.bytes=100`, numbers(0, 19))

  const query = async (time: number | string, expected: number): Promise<void> => {
    const ended = await kcat.run(`-Q -t positions:0:${time}`)
    const found = /offset (-?\d+)/.exec(ended.stdout)?.[1]
    checks.check(
      found === String(expected),
      `-Q at ${time} finds offset ${expected}, not ${found} ${ended.stderr}`,
    )
  }
  await query(-2, 0)
  await query(-1, 20)
  await query(1, 0)
  await query(between, 10)
  // No record is that young: librdkafka shows the broker's -1 as it is.
  await query(after, -1)

  const beyond = await kcat.run(`-C -e -q ${topic} -o 1000 -X auto.offset.reset=error`)
  checks.check(
    beyond.exitCode !== 0 && /out of range/i.test(beyond.stderr),
    `an offset beyond the end is out of range: ${beyond.exitCode} ${beyond.stderr}`,
  )
}
