// A real cluster under faults: three brokers and a ZooKeeper, each a process; four clients that write and read on, and a
// worker that carries records from one topic to another in transactions; brokers killed, paused, stopped, cut off, emptied
// and moved away from, sessions expired, ZooKeeper killed. Everything acknowledged is read back, once, and all replicas
// are the same bytes. `--rounds N`: how many faults (20); `--fault NAME,…`: only those whose names begin so;
// `--session MS`: how long sessions live; `--tools`: only commands and Apache Kafka's tools, `--faults`: only the faults.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { kafkaNeeds } from '../kafka/artifacts.ts'
import { modernPythonNeeds } from '../python/environment.ts'
import { optionOf } from '../runner/options.ts'
import { Checks, type Suite } from '../runner/suite.ts'
import { zookeeperNeed } from '../zookeeper/zookeeper-process.ts'
import { Availability } from './availability.ts'
import { commandStory } from './command-story.ts'
import { type Fault, faults } from './faults.ts'
import { type BrokerPlace, LocalCluster } from './local-cluster.ts'
import { readAll } from './reading.ts'
import { compareReplicas } from './replicas-on-disk.ts'
import type { Tally } from './tally.ts'
import { toolsStory } from './tools-story.ts'
import { copiedTopic, Workload } from './workload.ts'

/** How long the cluster may take to be whole again after a fault, in milliseconds. */
const healingMs = 60_000

/** The suite. */
export const cluster: Suite = {
  name: 'cluster',
  summary:
    'three brokers on a real ZooKeeper, killed, paused, cut off, moved; nothing acknowledged is lost',
  needs: [zookeeperNeed, ...kafkaNeeds('4.3.1'), ...modernPythonNeeds],
  async run({ args, say }) {
    const checks = new Checks()
    const sessionTimeoutMs = optionOf(args, 'session', 3000)
    const rounds = optionOf(args, 'rounds', 20)
    const at = args.indexOf('--fault')
    const wanted = at < 0 ? [''] : (args[at + 1] ?? '').split(',')
    const chosen = faults.filter(({ name }) => wanted.some((start) => name.startsWith(start)))
    const directory = mkdtempSync(join(tmpdir(), 'samsa-cluster-'))
    const run = { directory, sessionTimeoutMs, checks, say }
    try {
      if (!args.includes('--faults')) {
        await commandStory(run)
        await toolsStory(run)
      }
      if (!args.includes('--tools')) await faultsStory({ ...run, rounds, chosen })
    } finally {
      if (!args.includes('--keep')) rmSync(directory, { recursive: true, force: true })
      else say(`everything is in ${directory}`)
    }
    return checks.result()
  },
}

interface Run {
  readonly directory: string
  readonly sessionTimeoutMs: number
  readonly checks: Checks
  readonly say: (line: string) => void
}

async function faultsStory({
  directory,
  sessionTimeoutMs,
  checks,
  say,
  rounds,
  chosen,
}: Run & { readonly rounds: number; readonly chosen: readonly Fault[] }): Promise<void> {
  await using running = await LocalCluster.start({
    directory: join(directory, 'faults'),
    brokers: 3,
    zookeepers: 1,
    sessionTimeoutMs,
    wired: true,
    settings: {
      'group.initial.rebalance.delay.ms': '0',
      'group.min.session.timeout.ms': '1000',
      'group.consumer.session.timeout.ms': '6000',
      'group.consumer.min.heartbeat.interval.ms': '500',
      'group.consumer.heartbeat.interval.ms': '1000',
      'group.consumer.min.session.timeout.ms': '6000',
      'offsets.topic.num.partitions': '5',
      'transaction.state.log.num.partitions': '5',
      'replica.lag.time.max.ms': '5000',
    },
  })
  const brokers = running.bootstrapServers.split(',')
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING, requestTimeout: 3000 }).admin()
  await admin.connect()
  await using workload = await Workload.start(admin, brokers, directory)
  const { topics, tallies } = workload
  const availability = new Availability(sessionTimeoutMs)
  for (let round = 0; round < rounds; round++) {
    const fault = chosen[round % chosen.length] as Fault
    const place = running.places[round % running.places.length] as BrokerPlace
    for (const tally of tallies) tally.mark()
    const what = `round ${round}, ${fault.name}, broker ${place.id}`
    try {
      await fault.run({ cluster: running, place, sessionTimeoutMs, admin, topics })
    } catch (error) {
      checks.check(false, `${what}: ${error instanceof Error ? error.stack : String(error)}`)
      break
    }
    const isWhole = await becomesWhole(admin, topics, tallies)
    checks.check(isWhole, `${what}: not whole again`)
    say(`${what}: ${availability.add(fault, tallies)}`)
    if (!isWhole) break
  }
  if (!(await workload.finish())) {
    say(`not everything was read:\n${await workload.groupsText(brokers)}`)
  }
  const carried = await readAll(brokers, copiedTopic)
  for (const [i, tally] of tallies.entries()) {
    const topic = topics[i] ?? ''
    const read = await readAll(brokers, topic)
    judge(tally, read, checks, say)
    if (topic === workload.sourceTopic) judgeCarried(read, carried, checks, say)
  }
  await admin.disconnect()
  await running.stop()
  const { partitions, bytes, differences } = compareReplicas(running.places, [
    ...topics,
    copiedTopic,
  ])
  checks.check(differences.length === 0, `replicas differ: ${differences.join('; ')}`)
  say(`replicas of ${partitions} partitions compared, ${bytes} bytes: ${differences.length} differ`)
  for (const line of availability.lines()) say(line)
}

/** What one client was told, against what there is. */
function judge(
  { name, acknowledged, failures, read: delivered }: Tally,
  read: ReadonlyMap<string, number>,
  checks: Checks,
  say: Run['say'],
): void {
  const lost = acknowledged.filter((value) => !read.has(value))
  const twice = [...read].filter(([, times]) => times > 1)
  const some = (values: readonly unknown[]): string => values.slice(0, 3).join()
  checks.check(acknowledged.length > 0, `${name}: nothing was acknowledged`)
  checks.check(
    lost.length === 0,
    `${name}: ${lost.length} acknowledged records are lost: ${some(lost)}`,
  )
  checks.check(twice.length === 0, `${name}: ${twice.length} records are twice: ${some(twice)}`)
  const unread = name === 'kafkajs' ? [] : acknowledged.filter((value) => !delivered.has(value))
  checks.check(
    unread.length === 0,
    `${name}: its group was not given ${unread.length} records: ${some(unread)}`,
  )
  for (const failure of failures.slice(0, 3)) say(`${name}: of unknown outcome: ${failure}`)
  say(
    `${name}: ${acknowledged.length} acknowledged, ${failures.length} of unknown outcome, ` +
      `${lost.length} lost, ${twice.length} twice, ${unread.length} not delivered`,
  )
}

/** Transactions carry every record once: half of one would be records that are missing, or there again. */
function judgeCarried(
  source: ReadonlyMap<string, number>,
  carried: ReadonlyMap<string, number>,
  checks: Checks,
  say: Run['say'],
): void {
  const missing = [...source.keys()].filter((value) => !carried.has(value))
  const twice = [...carried].filter(([, times]) => times > 1)
  const invented = [...carried.keys()].filter((value) => !source.has(value))
  checks.check(missing.length === 0, `transactions: ${missing.length} missing: ${missing[0]}`)
  checks.check(twice.length === 0, `transactions: ${twice.length} twice: ${twice[0]?.join()}`)
  checks.check(invented.length === 0, `transactions: ${invented.length} from nowhere`)
  say(
    `transactions: ${carried.size} of ${source.size} records carried, ${missing.length} missing, ` +
      `${twice.length} twice`,
  )
}

type Admin = ReturnType<Kafka['admin']>

/** Whether all replicas are in sync and every producer has got an acknowledgement since. */
async function becomesWhole(
  admin: Admin,
  topics: readonly string[],
  tallies: readonly Tally[],
): Promise<boolean> {
  const deadline = performance.now() + healingMs
  const counts = tallies.map(({ acknowledged }) => acknowledged.length)
  while (performance.now() < deadline) {
    await delay(100)
    try {
      const { topics: described } = await admin.fetchTopicMetadata({ topics: [...topics] })
      const isInSync = described.every(({ partitions: all }) =>
        all.every(({ isr, leader }) => isr.length === 3 && leader >= 0),
      )
      const isWriting = tallies.every(({ acknowledged }, i) => {
        return acknowledged.length > (counts[i] ?? 0)
      })
      if (isInSync && isWriting) return true
    } catch {
      // Whom it asks may be the one that is away.
    }
  }
  return false
}
