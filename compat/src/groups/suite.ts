// Groups of every client that people use, in turmoil: kafkajs, @platformatic/kafka, librdkafka and the Java client join,
// leave and are killed as a seed says, then the groups' tool is asked about them.
//
//   npm run compat -- groups [--seconds N] [--seed N] [--tool-only] [--kinds TEXT] [--against kafka]
//
// With `--kinds` only groups whose name has TEXT in it are started, and the tool is left out.

import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { Random } from '../fuzz/random.ts'
import { kafkaClassPath, kafkaNeeds } from '../kafka/artifacts.ts'
import { optionOf } from '../runner/options.ts'
import { Checks, type Need, type Suite } from '../runner/suite.ts'
import { Target } from '../target/target.ts'
import { checkCommands } from './commands.ts'
import type { Places } from './kinds.ts'
import { readHistory } from './offsets-topic.ts'
import {
  type Group,
  PARTITIONS,
  allJoined,
  calm,
  caughtUp,
  produceNumbers,
  startGroups,
  storm,
} from './turmoil.ts'
import { type Quiet, faultsOf } from './verdict.ts'

const offsetsPartitions = 5
const topic = 'numbers'
/** Longer than a session, so that the dead are known to be dead. */
const settleMs = 16_000
const quietMs = 8000
const joinLimitMs = 60_000

const programs: readonly Need[] = [
  {
    what: 'kcat',
    how: 'apt-get install kcat',
    check: () => spawnSync('kcat', ['-V']).status === 0,
    install: () => {
      spawnSync('apt-get', ['install', '-y', '-qq', 'kcat'], { stdio: 'ignore' })
    },
  },
  {
    what: 'A Java compiler',
    how: 'apt-get install openjdk-17-jdk-headless',
    check: () => spawnSync('javac', ['-version']).status === 0,
    install: () => {
      spawnSync('apt-get', ['install', '-y', '-qq', 'openjdk-17-jdk-headless'], { stdio: 'ignore' })
    },
  },
]

function compileJava(into: string): void {
  mkdirSync(into)
  const sources = ['GroupMember.java', 'GroupCommands.java'].map((name) =>
    join(import.meta.dirname, 'java', name),
  )
  const words = ['-nowarn', '-d', into, '-cp', kafkaClassPath('4.3.1'), ...sources]
  const { status, stderr } = spawnSync('javac', words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`javac: ${stderr}`)
}

async function createTopic(bootstrap: string): Promise<void> {
  const kafka = new Kafka({ clientId: 'topic', brokers: [bootstrap], logLevel: logLevel.ERROR })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true })
  await admin.disconnect()
}

/** Judges every group. */
async function judge(
  port: number,
  groups: readonly Group[],
  { ends, quiet }: { readonly ends: readonly number[]; readonly quiet: Quiet },
  checks: Checks,
): Promise<void> {
  const history = await readHistory(port, offsetsPartitions)
  for (const { kind, processed, lost, mayMiss } of groups) {
    const { group } = kind
    const events = history.get(group) ?? []
    const missing = processed.missing(ends)
    checks.check(
      missing.length <= mayMiss,
      `${group}: not processed: ${missing.length}, of partition and offset ${missing.slice(0, 5).join(', ')}`,
    )
    checks.check(processed.wrong.length === 0, `${group}: wrong: ${processed.wrong[0]}`)
    checks.check(lost.length === 0, `${group}: members ended by themselves: ${lost.join('\n')}`)
    checks.check(
      events.some(({ kind: what }) => what === 'commit'),
      `${group}: has commits`,
    )
    const faults = faultsOf(events, {
      commitsMayGoBack: kind.commitsMayGoBack === true,
      quiet: [quiet],
      given: processed.given,
    })
    checks.check(faults.length === 0, `${group}: ${faults.slice(0, 4).join('\n    ')}`)
  }
}

async function turmoil(
  target: Target,
  places: Places,
  {
    seconds,
    seed,
    text,
  }: { readonly seconds: number; readonly seed: number; readonly text: string },
  { checks, say }: { readonly checks: Checks; readonly say: (line: string) => void },
): Promise<void> {
  await createTopic(target.bootstrap)
  const stop = new AbortController()
  const producing = produceNumbers(places, stop.signal)
  const groups = startGroups(places, text)
  try {
    await allJoined(groups, joinLimitMs)
    const stormSeconds = Math.max(15, seconds - (settleMs + quietMs) / 1000 - 10)
    const done = await storm(groups, new Random(seed), { seconds: stormSeconds, mostMembers: 20 })
    say(`${done.join} joined, ${done.leave} left, ${done.crash} were killed (seed ${seed})`)
    await allJoined(groups, joinLimitMs)
    const quiet = await calm(settleMs, quietMs)
    stop.abort()
    const ends = await producing
    await caughtUp(groups, ends, 30_000)
    await judge(target.port, groups, { ends, quiet }, checks)
    say(`${groups.length} groups processed ${ends.reduce((sum, end) => sum + end, 0)} records`)
  } finally {
    stop.abort()
    for (const group of groups) await group.close()
    await producing.catch(() => {})
  }
}

/** Groups in turmoil, and their tool. */
export const groups: Suite = {
  name: 'groups',
  summary: 'groups of all clients, ours among them, in turmoil; kafka-consumer-groups',
  needs: [...programs, ...kafkaNeeds('4.3.1')],
  async run({ args, say }) {
    const checks = new Checks()
    const settings = {
      'group.initial.rebalance.delay.ms': '0',
      'offsets.topic.num.partitions': String(offsetsPartitions),
      'group.consumer.session.timeout.ms': '10000',
      'group.consumer.min.session.timeout.ms': '6000',
      'group.consumer.heartbeat.interval.ms': '1000',
      'group.consumer.min.heartbeat.interval.ms': '1000',
    }
    await using target = await Target.start({ args, suite: 'groups', settings })
    const classes = join(target.directory, 'classes')
    compileJava(classes)
    const places = { bootstrap: target.bootstrap, topic, classes }
    say(`against ${target.name}`)
    const seed = optionOf(args, 'seed', Math.floor(Math.random() * 1e9))
    // The tool comes first: it lists all groups.
    const kindsAt = args.indexOf('--kinds')
    const text = kindsAt < 0 ? '' : (args[kindsAt + 1] ?? '')
    if (text === '') await checkCommands(target, classes, checks)
    if (!args.includes('--tool-only')) {
      await turmoil(
        target,
        places,
        { seconds: optionOf(args, 'seconds', process.env['CI'] === 'true' ? 60 : 180), seed, text },
        { checks, say },
      )
    }
    return checks.result()
  },
}
