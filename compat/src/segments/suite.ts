// The log's files both ways: what Apache Kafka wrote is read by Samsa, and what Samsa wrote by Apache Kafka.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { kafkaNeeds } from '../kafka/artifacts.ts'
import { Checks, type Suite } from '../runner/suite.ts'
import { checkBrokers } from './brokers-part.ts'
import { checkCheckpoints, checkDump } from './dump-case.ts'
import { checkRead } from './read-case.ts'
import { readCases } from './segment-cases.ts'
import { checkTools } from './tools-part.ts'

const besideRepository = '../../../../shared/protocol/segments'

/** Part of the suite: `--only NAME` runs one of them. */
interface Part {
  readonly name: string
  run(context: PartContext): Promise<void>
}

interface PartContext {
  /** Where the cases are. */
  readonly cases: string
  /** An empty folder. */
  readonly work: string
  readonly checks: Checks
  readonly say: (line: string) => void
}

const parts: readonly Part[] = [
  { name: 'read', run: readKafkas },
  { name: 'tools', run: ({ work, checks, say }) => checkTools(work, checks, say) },
  { name: 'brokers', run: ({ work, checks, say }) => checkBrokers(work, checks, say) },
]

/** `npm run compat -- segments [DIR] [--only read|tools|brokers]`. */
export const segments: Suite = {
  name: 'segments',
  summary: "Kafka's log files read by Samsa, Samsa's by Kafka's tools and brokers",
  needs: kafkaNeeds('4.3.1'),
  async run({ args, say }) {
    const checks = new Checks()
    const only = args[args.indexOf('--only') + 1]
    const isOnly = args.includes('--only')
    const given = args.find((word, i) => !word.startsWith('--') && args[i - 1] !== '--only')
    const cases = resolve(given ?? join(import.meta.dirname, besideRepository))
    const isKnown = !isOnly || parts.some(({ name }) => name === only)
    checks.check(isKnown, `there is no part ${only}`)
    for (const part of parts) {
      if (isOnly && part.name !== only) continue
      const work = mkdtempSync(join(tmpdir(), 'samsa-segments-'))
      try {
        await part.run({ cases, work, checks, say })
      } finally {
        rmSync(work, { recursive: true, force: true })
      }
    }
    return checks.result()
  },
}

async function readKafkas({ cases: directory, work, checks, say }: PartContext): Promise<void> {
  if (!existsSync(directory)) {
    checks.check(false, `${directory} does not exist: name the folder of cases`)
    return
  }
  const cases = readCases(directory)
  checks.check(cases.length > 0, `${directory} has no cases`)
  await checkCheckpoints(directory, checks)
  for (const segmentCase of cases) {
    await checkDump(segmentCase, checks)
    for (const situation of ['as it was left', 'without checkpoints'] as const) {
      await checkRead(segmentCase, situation, { work, cases, checks })
    }
    say(`${segmentCase.name}: ${segmentCase.batches.length} batches`)
  }
}
