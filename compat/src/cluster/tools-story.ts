// Apache Kafka's own tools against a cluster: moves that are planned, made with a throttle, looked at and cancelled; leaders
// that are elected; what is under-replicated; offsets; all replicas compared by kafka-replica-verification. And ours.

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { connect, nullable, string, topic } from '@samsa/client'
import { classPath, compile, type ToolName, Tools } from '../java/tools.ts'
import type { Checks } from '../runner/suite.ts'
import { runProgram } from '../target/program.ts'
import { type BrokerPlace, LocalCluster } from './local-cluster.ts'

const main = join(import.meta.dirname, '..', '..', '..', 'packages', 'cli', 'src', 'main.ts')

/** Records in the topic that is moved. */
const records = 12_000

interface Story {
  readonly cluster: LocalCluster
  readonly tools: Tools
  readonly checks: Checks
}

/** What a part of the suite works with. */
export interface Part {
  /** For data and logs. */
  readonly directory: string
  readonly checks: Checks
  readonly say: (line: string) => void
}

/** Starts a cluster and lets the tools at it. */
export async function toolsStory({ directory, checks, say }: Part): Promise<void> {
  compile()
  await using cluster = await LocalCluster.start({
    directory: join(directory, 'tools'),
    brokers: 3,
    zookeepers: 1,
  })
  await using tools = new Tools(cluster.bootstrapServers, directory)
  const story = { cluster, tools, checks }
  const steps = { fill, moveWithTool, cancelWithTool, electWithTool, compareWithTool, ownCommands }
  for (const [name, step] of Object.entries(steps)) {
    const startedAt = performance.now()
    try {
      await step(story)
    } catch (error) {
      checks.check(false, `${name}: ${error instanceof Error ? error.stack : String(error)}`)
    }
    say(`tools: ${name} ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
  }
}

async function fill({ cluster, tools, checks }: Story): Promise<void> {
  await tools.output('topics', '--create --topic moved --partitions 4 --replication-factor 2')
  await tools.output('topics', '--create --topic three --partitions 3 --replication-factor 3')
  await using kafka = connect({ brokers: cluster.bootstrapServers })
  const log = topic('moved', { key: nullable(string), value: string })
  const value = 'x'.repeat(1000)
  for (let sent = 0; sent < records; sent += 500) {
    const some = Array.from({ length: 500 }, (_, i) => ({ key: null, value, partition: i % 4 }))
    await kafka.producer().sendAll(log, some)
  }
  const offsets = await tools.output('get-offsets', '--topic moved')
  const ends = [...offsets.matchAll(/^moved:\d:(\d+)$/gm)].map(([, end]) => Number(end))
  const sum = ends.reduce((total, end) => total + end, 0)
  checks.check(ends.length === 4 && sum === records, `kafka-get-offsets: ${records}: ${offsets}`)
}

async function moveWithTool({ tools, checks }: Story): Promise<void> {
  const wanted = tools.write('topics.json', '{"version":1,"topics":[{"topic":"moved"}]}')
  const generate = `--topics-to-move-json-file ${wanted} --broker-list 1,2,3 --generate`
  const plan = await tools.output('reassign-partitions', generate)
  const [, proposed] = /Proposed partition reassignment configuration\n(\{.*\})/.exec(plan) ?? []
  checks.check(
    proposed !== undefined && /Current partition replica assignment\n\{/.test(plan),
    `kafka-reassign-partitions --generate prints both assignments: ${plan}`,
  )
  // To one pair of brokers and on to the other: every partition moves at least once.
  for (const replicas of [
    [1, 2],
    [2, 3],
  ]) {
    const file = tools.write('move.json', assignment([0, 1, 2, 3], replicas))
    const words = `--reassignment-json-file ${file}`
    const throttle = '--throttle 50000000'
    const started = await tools.output('reassign-partitions', `${words} --execute ${throttle}`)
    checks.check(
      /inter-broker throttle limit was set to 50000000 B\/s/.test(started) &&
        /Successfully started partition reassignments/.test(started),
      `kafka-reassign-partitions --execute --throttle: ${started}`,
    )
    const verified = await until(tools, ['reassign-partitions', `${words} --verify`], (text) =>
      [0, 1, 2, 3].every((partition) => text.includes(`moved-${partition} is completed`)),
    )
    checks.check(
      /Clearing broker-level throttles/.test(verified) &&
        /Clearing topic-level throttles/.test(verified),
      `kafka-reassign-partitions --verify: ${verified}`,
    )
    const shown = await tools.output('topics', '--describe --topic moved')
    const there = shown.match(new RegExp(`Replicas: ${replicas.join()}\t`, 'g')) ?? []
    checks.check(there.length === 4, `replicas are where they shall be: ${shown}`)
  }
}

async function cancelWithTool({ cluster, tools, checks }: Story): Promise<void> {
  // So slow that it is under way for long enough to be looked at.
  const file = tools.write('cancel.json', assignment([0], [2, 1]))
  const words = `--reassignment-json-file ${file}`
  await tools.output('reassign-partitions', `${words} --execute --throttle 1000`)
  const listed = await tools.output('reassign-partitions', '--list')
  checks.check(
    /moved-0: replicas: .*adding: 1\..*removing: 3\./.test(listed),
    `kafka-reassign-partitions --list: ${listed}`,
  )
  const progress = await samsaPrints(cluster, 'cluster moves')
  checks.check(
    /moved +0 +2,1,3 +1 +3 +\d+ %/.test(progress),
    `samsa cluster moves shows how far a move is: ${progress}`,
  )
  const cancelled = await tools.output('reassign-partitions', `${words} --cancel`)
  checks.check(
    /Successfully cancelled partition reassignments? for: moved-0/.test(cancelled),
    `kafka-reassign-partitions --cancel: ${cancelled}`,
  )
  const none = await tools.output('reassign-partitions', '--list')
  checks.check(/No partition reassignments found/.test(none), `nothing is moved: ${none}`)
}

async function electWithTool({ cluster, tools, checks }: Story): Promise<void> {
  const place = cluster.places[1] as BrokerPlace
  await place.process?.stop('SIGTERM')
  const words = '--describe --under-replicated-partitions'
  const missing = await until(tools, ['topics', words], (text) => /Topic: three/.test(text))
  checks.check(
    /Topic: three\tPartition: \d\tLeader: [13]\t.*Isr: [13],[13]\t/.test(missing),
    `kafka-topics --under-replicated-partitions shows what lacks broker 2: ${missing}`,
  )
  await cluster.startBroker(place)
  const whole = await until(tools, ['topics', words], (text) => text.trim() === '')
  checks.check(whole.trim() === '', `nothing is under-replicated: ${whole}`)
  const election = '--election-type preferred --all-topic-partitions'
  const elected = await tools.output('leader-election', election)
  checks.check(
    /Successfully completed leader election \(PREFERRED\) for partitions .*moved-/.test(elected),
    `kafka-leader-election: ${elected}`,
  )
  const shown = await tools.output('topics', '--describe --topic moved')
  checks.check(
    (shown.match(/Leader: 2\tReplicas: 2,\d\t/g) ?? []).length === 4,
    `preferred replicas lead: ${shown}`,
  )
}

/** kafka-replica-verification reads all replicas and compares their checksums, for as long as it is let. */
async function compareWithTool({ cluster, checks }: Story): Promise<void> {
  const tool = 'org.apache.kafka.tools.ReplicaVerificationTool'
  const words = ['--broker-list', cluster.bootstrapServers, '--topics-include', 'moved|three']
  const java = ['-Xmx128m', '-cp', classPath, tool, ...words, '--report-interval-ms', '500']
  const child = spawn('java', java, { stdio: ['ignore', 'pipe', 'ignore'] })
  const giveUp = setTimeout(() => child.kill('SIGKILL'), 30_000)
  const said: string[] = []
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line)
      if (/max lag is 0 for partition \S+ at offset/.test(line)) break
    }
  } finally {
    clearTimeout(giveUp)
    child.kill('SIGKILL')
  }
  checks.check(
    said.some((line) => line.includes('max lag is 0 for partition')) &&
      !said.some((line) => /differ|doesn't match|mismatch/.test(line)),
    `kafka-replica-verification finds no difference: ${said.join('; ').slice(-1000)}`,
  )
}

/** `samsa cluster`: brokers, plan and move, progress, drain, elect. */
async function ownCommands({ cluster, checks }: Story): Promise<void> {
  const samsa = (words: string): Promise<string> => samsaPrints(cluster, words)
  const holds = (said: string, expected: RegExp): void => {
    checks.check(expected.test(said), `samsa cluster says ${expected}: ${said}`)
  }
  holds(await samsa('cluster describe'), /\n +1 .*\n +2 .*\n +3 /)
  holds(await samsa('cluster describe'), /controller/)
  holds(await samsa('cluster reassign -t moved --to 1,3'), /Nothing was moved/)
  await samsa('cluster reassign -t moved --to 1,3 --execute')
  holds(await idle(samsa), /nothing is being moved/)
  // What has a replica on every broker cannot go anywhere else.
  const refused = await samsa('cluster drain 3').catch((error: Error) => error.message)
  holds(refused, /3 partitions of broker 3 cannot move/)
  await samsa('topic delete three')
  holds(await samsa('cluster drain 3'), /moved.*\n(.*\n)*.*Nothing was moved/)
  await samsa('cluster drain 3 --execute')
  holds(await idle(samsa), /nothing is being moved/)
  const left = await samsa('cluster describe --json')
  const { brokers } = JSON.parse(left) as {
    readonly brokers: readonly { readonly brokerId: number; readonly replicas: number }[]
  }
  const replicas = brokers.find(({ brokerId }) => brokerId === 3)?.replicas
  checks.check(replicas === 0, `a drained broker has no replicas: ${replicas}`)
  holds(await samsa('cluster elect'), /elected a leader of|no election was needed/)
}

/** What our command prints; throws when it fails. */
async function samsaPrints(cluster: LocalCluster, words: string): Promise<string> {
  const where = ['-b', cluster.bootstrapServers]
  const { exitCode, stdout, stderr } = await runProgram({
    program: process.execPath,
    args: ['--conditions=@samsa/source', main, ...words.split(' '), ...where],
  })
  if (exitCode !== 0) throw new Error(`samsa ${words}: ${exitCode} ${stdout} ${stderr}`)
  return stdout
}

/** What `samsa cluster moves` says when nothing is being moved any more, or after a while. */
async function idle(samsa: (words: string) => Promise<string>): Promise<string> {
  let said = ''
  for (let tries = 0; tries < 50 && !/nothing is being moved/.test(said); tries++) {
    said = await samsa('cluster moves')
  }
  return said
}

/** Runs a tool until it prints what is wanted, or for 30 s; gives what it printed last. */
async function until(
  tools: Tools,
  [name, words]: readonly [ToolName, string],
  isThere: (printed: string) => boolean,
): Promise<string> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const printed = await tools.output(name, words)
    if (isThere(printed) || performance.now() > deadline) return printed
    await delay(200)
  }
}

function assignment(partitions: readonly number[], replicas: readonly number[]): string {
  const moves = partitions.map((partition) => ({ topic: 'moved', partition, replicas }))
  return JSON.stringify({ version: 1, partitions: moves })
}
