// Apache Kafka's own DumpLogSegments over files that Samsa wrote: it must find every record and complain of nothing.

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { kafkaClassPath, type KafkaRelease } from '../kafka/artifacts.ts'
import type { Checks } from '../runner/suite.ts'

/** Dumps all files of a partition; `records` is how many the tool must count in the log files. */
export function dumpWithKafka(release: KafkaRelease, directory: string, checks: Checks): number {
  const names = readdirSync(directory)
  const logs = names.filter((name) => name.endsWith('.log')).map((name) => join(directory, name))
  const deep = dump(release, ['--deep-iteration', '--print-data-log', '--files', logs.join()])
  checks.check(!complains(deep), `${directory}: DumpLogSegments says ${complaint(deep)}`)
  const indexes = names
    .filter((name) => /\.(index|timeindex)$/.test(name))
    .map((name) => join(directory, name))
  const sanity = dump(release, ['--index-sanity-check', '--files', indexes.join()])
  const fine = /passed sanity check|is empty/
  const passed = sanity.split('\n').filter((line) => fine.test(line)).length
  checks.check(passed === indexes.length, `${directory}: ${sanity.slice(0, 300)}`)
  const verified = dump(release, ['--verify-index-only', '--files', indexes.join()])
  checks.check(!complains(verified), `${directory}: the indexes: ${complaint(verified)}`)
  const others = names
    .filter((name) => /\.(txnindex|snapshot)$/.test(name))
    .map((name) => join(directory, name))
  if (others.length > 0) {
    const text = dump(release, ['--files', others.join()])
    checks.check(!complains(text), `${directory}: ${complaint(text)}`)
  }
  return deep.split('\n').filter((line) => line.startsWith('| offset:') && line.includes(' key:'))
    .length
}

function dump(release: KafkaRelease, args: readonly string[]): string {
  const tool = 'org.apache.kafka.tools.DumpLogSegments'
  const result = spawnSync('java', ['-Xmx256m', '-cp', kafkaClassPath(release), tool, ...args], {
    encoding: 'utf8',
    maxBuffer: 256 << 20,
  })
  return result.status === 0 ? result.stdout : `Exception: ${result.stderr}${result.stdout}`
}

const complaints =
  /Exception|Non-consecutive|Mismatches|Found timestamp mismatch|out of order|isvalid: false|not valid|Index offset|should be/i

function complains(text: string): boolean {
  return complaints.test(text)
}

function complaint(text: string): string {
  return text.split('\n').find((line) => complaints.test(line)) ?? ''
}
