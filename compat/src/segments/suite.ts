// Kafka's files, both ways: what Apache Kafka wrote is read by Samsa, what Samsa wrote by Kafka's tools and broker.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { kafkaNeeds } from '../kafka/artifacts.ts'
import { Checks, type Suite } from '../runner/suite.ts'
import { exchangeWithKafka } from './exchange.ts'
import { checkGolden } from './golden.ts'
import { dumpWithKafka } from './kafka-dump.ts'
import { partitionPath, writeLogs, writtenTopics } from './written.ts'

const release = '4.3.1'

/** `npm run compat -- segments [DIRECTORY of golden segments]`. */
export const segments: Suite = {
  name: 'segments',
  summary: 'log directories of Apache Kafka read by Samsa, and those of Samsa by Kafka',
  needs: kafkaNeeds(release),
  run: async ({ args, say }) => {
    const checks = new Checks()
    const golden = resolve(
      args[0] ?? join(import.meta.dirname, '../../../../shared/protocol/segments'),
    )
    if (existsSync(golden)) await checkGolden(golden, checks)
    else checks.check(false, `there are no golden segments at ${golden}`)
    say('golden segments are read')

    const directory = mkdtempSync(join(tmpdir(), 'samsa-segments-'))
    try {
      const topicIds = { codecs: id(1), rolled: id(2), transactional: id(3), compacted: id(4) }
      const data = join(directory, 'written')
      const written = await writeLogs(data, topicIds)
      for (const topic of Object.keys(writtenTopics)) {
        const count = dumpWithKafka(release, partitionPath(data, topic), checks)
        checks.check(count > 0, `${topic}: Kafka's tool finds no records`)
        if (topic === 'codecs' || topic === 'rolled') {
          checks.check(
            count === written.get(topic)?.length,
            `${topic}: Kafka finds ${count} records`,
          )
        }
        say(`Kafka's tool has read ${topic}: ${count} records`)
      }
      await exchangeWithKafka(release, join(directory, 'exchange'), checks, say)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
    return checks.result()
  },
}

function id(n: number): string {
  return Buffer.alloc(16, n).toString('base64url')
}
