// Samsa's files before Apache Kafka's dump tool.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PartitionLog } from '@samsa/log'
import type { Checks } from '../runner/suite.ts'
import { difference } from './difference.ts'
import { checkTool } from './dump-log-segments.ts'
import { openLogs, readAll } from './samsa-logs.ts'
import { newTopics, writeTopics } from './samsa-writes.ts'
import { plainRecords } from './segment-cases.ts'
import type { WrittenTopic } from './written-topic.ts'

/** Writes all topics, closes the log directory and has every file read by the tool. */
export async function checkTools(
  work: string,
  checks: Checks,
  say: (line: string) => void,
): Promise<void> {
  const path = join(work, 'samsa')
  const topics = newTopics(Date.now())
  const settings = new Map(topics.map((topic) => [topic.name, topic.settings]))
  const logs = await openLogs({ path, topicSettings: (topic) => settings.get(topic) ?? {} })
  for (const topic of topics) await topic.open(logs, 'hMhOfsn3QrO9EGk80VnyFQ')
  await writeTopics(topics)
  for (const topic of topics) await checkWritten(topic, checks)
  await logs.compact()
  const compacted = topics.find(({ name }) => name === 'compacted')
  if (compacted !== undefined) await checkCompacted(compacted, checks)
  await logs.close()
  const files = topics.flatMap(({ name }) => {
    const folder = join(path, `${name}-0`)
    return readdirSync(folder)
      .filter((file) => /\.(?:log|index|timeindex|txnindex|snapshot)$/.test(file))
      .sort()
      .map((file) => join(folder, file))
  })
  say(`DumpLogSegments reads ${files.length} files of ${topics.length} topics, three times`)
  await checkTool(files, checks)
}

/** The log serves what was written. */
export async function checkWritten(topic: WrittenTopic, checks: Checks): Promise<void> {
  const read = await readWhole(topic.log)
  const found = difference(plainRecords([topic]), read)
  checks.check(found === undefined, `${topic.name} as written: ${found}`)
}

async function readWhole(log: PartitionLog): Promise<unknown[]> {
  const options = { upTo: 'log-end', maxBytes: 1 << 20 } as const
  return plainRecords((await readAll(log, log.logStartOffset, options)).batches)
}

/** Compaction has removed something, and no key's last committed value. */
export async function checkCompacted(topic: WrittenTopic, checks: Checks): Promise<void> {
  const options = { upTo: 'log-end', maxBytes: 1 << 20 } as const
  const { batches } = await readAll(topic.log, 0, options)
  const kept = batches.filter((batch) => !batch.control).flatMap((batch) => batch.records)
  const isControl = new Set(topic.records.filter(({ value }) => value === '000000000003'))
  const written = topic.records.filter((record) => !isControl.has(record))
  checks.check(kept.length < written.length / 2, `compaction kept ${kept.length} records`)
  const last = (records: typeof kept): unknown =>
    Object.fromEntries(
      records
        .filter(({ offset }) => !topic.uncommitted.has(offset))
        .map(({ key, value, offset }) => [key, `${offset} ${value}`]),
    )
  const found = difference(last(written), last(kept))
  checks.check(found === undefined, `compacted: the last value of a key${found}`)
}
