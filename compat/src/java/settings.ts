// kafka-configs: the settings of topics, of one broker, of all brokers; quotas of clients; SCRAM credentials of users.

import type { Checks } from '../runner/suite.ts'
import type { Tools } from './tools.ts'
import { holds } from './topics.ts'

/** Alter, describe, delete; refusals. */
export async function settings(tools: Tools, checks: Checks): Promise<void> {
  const versions = await tools.output('broker-api-versions', '')
  const broker = /\(id: (\d+) rack/.exec(versions)?.[1] ?? 'none'
  await tools.output('topics', '--create --topic settings --config retention.ms=86400000')
  const expect = (words: string, exitCode: number, expected: RegExp): Promise<void> =>
    holds(tools, checks, ['configs', words], exitCode, expected)

  const own =
    /retention.ms=86400000 sensitive=false synonyms=\{DYNAMIC_TOPIC_CONFIG:retention.ms=86400000/
  await expect('--describe --topic settings', 0, own)
  const inherited =
    /segment.bytes=1073741824 sensitive=false synonyms=\{DEFAULT_CONFIG:log.segment.bytes=1073741824\}/
  await expect('--describe --topic settings --all', 0, inherited)
  const changes = '--add-config segment.bytes=2097152,cleanup.policy=[compact,delete]'
  await tools.output('configs', `--alter --topic settings ${changes} --delete-config retention.ms`)
  await expect('--describe --topic settings', 0, /cleanup.policy=compact,delete sensitive=false/)
  const changed =
    /segment.bytes=2097152 .*synonyms=\{DYNAMIC_TOPIC_CONFIG:segment.bytes=2097152, DEFAULT_CONFIG:log.segment.bytes=1073741824\}/
  await expect('--describe --topic settings', 0, changed)
  await expect('--describe --topic settings --all', 0, /retention.ms=604800000 /)
  const alter = '--alter --topic settings'
  await expect(`${alter} --add-config nonsense=1`, 1, /Unknown topic config name: nonsense/)
  await expect(
    `${alter} --add-config retention.ms=abc`,
    1,
    /Invalid value abc for configuration retention.ms/,
  )
  await expect('--alter --topic absent --add-config retention.ms=1', 1, /UnknownTopicOrPartition/)

  await tools.output('configs', `--alter --broker ${broker} --add-config log.cleaner.threads=2`)
  await tools.output('configs', '--alter --broker-defaults --add-config log.retention.ms=7200000')
  const mine =
    /log.cleaner.threads=2 sensitive=false synonyms=\{DYNAMIC_BROKER_CONFIG:log.cleaner.threads=2, DEFAULT_CONFIG:log.cleaner.threads=1\}/
  await expect(`--describe --broker ${broker}`, 0, mine)
  const all =
    /log.retention.ms=7200000 sensitive=false synonyms=\{DYNAMIC_DEFAULT_BROKER_CONFIG:log.retention.ms=7200000/
  await expect('--describe --broker-defaults', 0, all)
  const throughTopic =
    /retention.ms=7200000 sensitive=false synonyms=\{DYNAMIC_DEFAULT_BROKER_CONFIG:log.retention.ms=7200000/
  await expect('--describe --topic settings --all', 0, throughTopic)
  await tools.output('configs', '--alter --broker-defaults --delete-config log.retention.ms')
  await tools.output('configs', `--alter --broker ${broker} --delete-config log.cleaner.threads`)
  await expect(`--describe --broker ${broker}`, 0, /^(?!.*log\.cleaner\.threads)/s)
  await expect('--describe --topic settings --all', 0, /retention.ms=604800000 /)
  const readOnly = `--alter --broker ${broker} --add-config log.dirs=/nowhere`
  await expect(readOnly, 1, /Cannot update these configs dynamically.*log.dirs/s)

  await tools.output('configs', '--alter --client app --add-config producer_byte_rate=1048576')
  const quota = /Quota configs for client-id 'app' are producer_byte_rate=1048576.0/
  await expect('--describe --client app', 0, quota)
  await tools.output('configs', '--alter --client app --delete-config producer_byte_rate')
  await expect('--describe --client app', 0, /^(?!.*producer_byte_rate)/s)
  const password = 'SCRAM-SHA-256=[iterations=4096,password=secret]'
  await tools.output('configs', `--alter --user alice --add-config ${password}`)
  const credential =
    /SCRAM credential configs for user-principal 'alice' are SCRAM-SHA-256=iterations=4096/
  await expect('--describe --user alice', 0, credential)
  await tools.output('configs', '--alter --user alice --delete-config SCRAM-SHA-256')
  await expect('--describe --user alice', 0, /^(?!.*SCRAM-SHA-256)/s)
}
