// The console producer and consumer, and the tools that look at what they leave behind: offsets, groups, log directories.

import type { Checks } from '../runner/suite.ts'
import type { ToolName, Tools } from './tools.ts'
import { holds } from './topics.ts'

/** Records through the console, then offsets, groups and sizes. */
export async function offsets(tools: Tools, checks: Checks): Promise<void> {
  const expect = (name: ToolName, words: string, expected: RegExp, exitCode = 0): Promise<void> =>
    holds(tools, checks, [name, words], exitCode, expected)
  await tools.output('topics', '--create --topic console --partitions 1')
  const keyed = '--reader-property parse.key=true --reader-property key.separator=:'
  await tools.output('console-producer', `--topic console ${keyed}`, 'a:1\nb:2\nc:3\n')
  for (const codec of ['gzip', 'snappy', 'lz4', 'zstd']) {
    await tools.output('console-producer', `--topic console --compression-codec ${codec}`, codec)
  }
  const read = '--topic console --max-messages 7 --timeout-ms 10000'
  const parts = '--formatter-property print.key=true --formatter-property print.offset=true'
  const lines = [
    'Offset:0\ta\t1',
    'Offset:1\tb\t2',
    'Offset:2\tc\t3',
    ...['gzip', 'snappy', 'lz4', 'zstd'].map((codec, i) => `Offset:${i + 3}\tnull\t${codec}`),
  ]
  const consumed = await tools.output('console-consumer', `${read} --from-beginning ${parts}`)
  checks.check(consumed.trim() === lines.join('\n'), `the console consumer reads: ${consumed}`)
  const from = '--topic console --partition 0 --offset 5 --max-messages 2 --timeout-ms 10000'
  await expect('console-consumer', from, /^lz4\nzstd\n/)
  for (const protocol of ['classic', 'consumer']) {
    const group = `--group console-${protocol} --command-property group.protocol=${protocol}`
    await expect('console-consumer', `${read} --from-beginning ${group}`, /^1\n2\n3\ngzip\n/)
  }

  await expect('get-offsets', '--topic console', /^console:0:7$/m)
  await expect('get-offsets', '--topic console --time -2', /^console:0:0$/m)
  await expect('get-offsets', '--topic console --time earliest', /^console:0:0$/m)
  await expect('get-offsets', '--topic console --time max-timestamp', /^console:0:6$/m)
  await expect('get-offsets', '--topic console --time 1', /^console:0:0$/m)

  const groups = 'consumer-groups'
  await expect(groups, '--list', /^console-classic$/m)
  await expect(groups, '--list', /^console-consumer$/m)
  await expect('groups', '--list', /^console-classic +Classic +consumer/m)
  const row = (group: string, offset: number, end: number): RegExp =>
    new RegExp(`^${group} +console +0 +${offset} +${end} +${end - offset} +- +- +-`, 'm')
  for (const group of ['console-classic', 'console-consumer']) {
    await expect(groups, `--describe --group ${group}`, row(group, 7, 7))
    await expect(groups, `--describe --group ${group} --state`, /Empty +0/)
    const reset = `--reset-offsets --group ${group} --topic console`
    await expect(groups, `${reset} --shift-by -2 --dry-run`, / console +0 +5/)
    await expect(groups, `${reset} --to-earliest --execute`, / console +0 +0/)
    await expect(groups, `--describe --group ${group}`, row(group, 0, 7))
    await expect(groups, `${reset} --to-offset 4 --execute`, / console +0 +4/)
    const forget = `--delete-offsets --group ${group} --topic console`
    await expect(groups, forget, /console +0 +Successful/)
    await tools.output(groups, `--delete --group ${group}`)
    await expect(groups, `--describe --group ${group}`, /GroupIdNotFoundException/)
  }

  const plan = { partitions: [{ topic: 'console', partition: 0, offset: 3 }], version: 1 }
  const file = tools.write('delete.json', JSON.stringify(plan))
  await expect(
    'delete-records',
    `--offset-json-file ${file}`,
    /partition: console-0\tlow_watermark: 3/,
  )
  await expect('get-offsets', '--topic console --time earliest', /^console:0:3$/m)
  const directories = /"partition":"console-0","size":[1-9]\d*,"offsetLag":0,"isFuture":false/
  await expect('log-dirs', '--describe --topic-list console', directories)
  await expect('transactions', 'list', /TransactionalId\tCoordinator\tProducerId\tTransactionState/)
}
