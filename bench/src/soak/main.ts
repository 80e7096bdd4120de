// `npm run soak -- [--minutes N] [--out DIR]`: one Samsa broker under everything at once: ours and kafkajs, groups whose
// members come and go, transactions, retention, compaction. The first 60 in 100 of the time are undisturbed, and nothing
// may grow in them; then the broker is ended and killed in turns. In the end the history is judged, every group must have
// processed every record, compaction must have kept the newest of each key, and retention must have cut.
//
// DIR (a new folder of the system's for such files when absent) gets a graph of each gauge as SVG and `soak.json`.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort } from '@samsa/compat/kafka/broker'
import { connect } from '@samsa/client'
import { checkHistory } from '@samsa/simulator'
import { SamsaProcess } from '../../../compat/src/samsa/process.ts'
import { tableOf } from '../runner/table.ts'
import { chartOf } from './chart.ts'
import { Gauges, Probe } from './gauges.ts'
import { HistoryBook } from './history-book.ts'
import { missingOf, readCompacted, readEverything, readHistory, startGroups } from './readers.ts'
import { partitionCount, type Stage, topics } from './stage.ts'
import { judgement } from './judgement.ts'
import {
  writeCompacted,
  writeHistory,
  writeRetained,
  writeTransactions,
  writeWithKafkajs,
} from './writers.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, out: { type: 'string' } },
})
const lastsSeconds = Number(values.minutes) * 60
if (!(lastsSeconds > 0)) {
  process.stderr.write('usage: npm run soak -- [--minutes N] [--out DIR]\n')
  process.exit(2)
}
const undisturbed = 0.6
/** At most so many samples in a graph. */
const mostSamples = 400
const sampleMs = Math.max(1000, (lastsSeconds * 1000) / mostSamples)
const betweenRestartsMs = Math.max(8000, lastsSeconds * 25)
/**
 * How long groups may take for what is left when everything is written: members that could not say goodbye while the
 * broker was away are waited for as long as a session lasts, 45 s unless they say otherwise.
 */
const catchUpMs = 120_000

const settings = {
  'group.initial.rebalance.delay.ms': '0',
  'group.consumer.min.session.timeout.ms': '6000',
  'group.consumer.session.timeout.ms': '6000',
  'group.consumer.min.heartbeat.interval.ms': '1000',
  'group.consumer.heartbeat.interval.ms': '1000',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.num.partitions': '4',
  'log.retention.check.interval.ms': '2000',
  'log.cleaner.backoff.ms': '1000',
  // What retention and compaction took away stays no longer than this.
  'log.segment.delete.delay.ms': '1000',
}

const work = mkdtempSync(join(tmpdir(), 'samsa-soak-'))
const data = join(work, 'data')
const out = values.out ?? join(work, 'report')
mkdirSync(out, { recursive: true })
const port = await freePort()
const start = (): Promise<SamsaProcess> =>
  SamsaProcess.start({ directory: data, port, settings, logFile: join(out, 'broker.log') })
const say = (line: string): void => void process.stderr.write(`${line}\n`)

let broker = await start()
process.once('exit', () => {
  if (broker.isRunning) process.kill(broker.pid, 'SIGKILL')
})
let isOver = false
const failures: string[] = []
const book = new HistoryBook()
const stage: Stage = {
  bootstrap: `127.0.0.1:${port}`,
  book,
  isOver: () => isOver,
  failed: (who, error) => {
    failures.push(`${who}: ${error instanceof Error ? error.stack : String(error)}`)
    say(failures.at(-1) ?? '')
  },
}

async function createTopics(): Promise<void> {
  await using kafka = connect({ brokers: stage.bootstrap })
  const small = { 'segment.bytes': '1048576' }
  const cut = { ...small, 'retention.bytes': '4194304' }
  const compact = { ...small, 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.2' }
  await kafka.admin().topics.create([
    { name: topics.history.name, partitions: partitionCount },
    { name: topics.retained.name, partitions: partitionCount, configs: cut },
    { name: topics.compacted.name, partitions: partitionCount, configs: compact },
    { name: topics.probe.name, partitions: 1, configs: cut },
  ])
}

/** Runs somebody to the end; whoever fails is named, and the others go on. */
async function run<T>(who: string, job: () => Promise<T>): Promise<T | undefined> {
  try {
    return await job()
  } catch (error) {
    stage.failed(who, error)
    return undefined
  }
}

await createTopics()
const probe = new Probe()
const gauges = new Gauges(data, probe)
say(`a broker on ${stage.bootstrap} for ${values.minutes} minutes, report in ${out}`)
const written = {
  retained: run('the stream that retention cuts', () => writeRetained(stage)),
  compacted: run('the keys that compaction thins out', () => writeCompacted(stage)),
}
const others = [
  ...[0, 1, 2].map((i) => run(`writer ${i}`, () => writeHistory(stage))),
  // Two of them share an id and fence each other.
  ...['one', 'two', 'two'].map((id) => {
    return run(`transactions ${id}`, () => writeTransactions(stage, `soak-${id}`))
  }),
  run('kafkajs', () => writeWithKafkajs(stage)),
  run('the reader', () => readHistory(stage)),
  run('the probe', () => probe.run(stage)),
]
let isCaughtUp = false
const groups = startGroups(stage, () => isCaughtUp)
const memberships = groups.map(({ group, work }) => run(`group ${group.name}`, () => work))

const restarts: number[] = []
let nextRestart = lastsSeconds * undisturbed
while (gauges.seconds < lastsSeconds) {
  await delay(sampleMs)
  gauges.read(broker.pid)
  if (gauges.seconds < nextRestart || gauges.seconds > lastsSeconds - 3) continue
  const signal = restarts.length % 2 === 0 ? 'SIGKILL' : 'SIGTERM'
  restarts.push(gauges.seconds)
  await broker.stop(signal)
  broker = await start()
  nextRestart = gauges.seconds + betweenRestartsMs / 1000
}
isOver = true
say('writing is over')
await Promise.all(others)
const places = (await run('the last reading', () => readEverything(stage))) ?? []
const catchUpUntil = performance.now() + catchUpMs
const isMissing = (): boolean =>
  groups.some(({ group }) => places.some((place) => !group.processed.has(place)))
while (isMissing() && performance.now() < catchUpUntil) await delay(200)
for (const { group } of groups) {
  const lines = (await run(`group ${group.name}`, () => missingOf(stage, group, places))) ?? []
  for (const line of lines) say(line)
}
isCaughtUp = true
await Promise.all(memberships)
const compacted = await run('the compacted topic', () => readCompacted(stage))
const [retainedBytes, keys] = [await written.retained, await written.compacted]
say('judging')
const report = checkHistory(book.events)
const rows = judgement({
  samples: gauges.samples,
  undisturbedSeconds: lastsSeconds * undisturbed,
  report,
  groups: groups.map(({ group }) => group),
  places,
  retained: { bytes: retainedBytes ?? 0, directory: data },
  compacted: { found: compacted, written: keys },
  failures: failures.length,
})
await broker.stop('SIGTERM')

const series = (
  gauge: 'memoryMb' | 'descriptors' | 'cpuPercent' | 'dataMb' | 'p50Ms' | 'p99Ms',
) => {
  return gauges.samples.map((sample) => [sample.seconds, sample[gauge]] as const)
}
const charts = {
  memory: { title: 'Memory of the broker', unit: 'MB', of: ['memoryMb'] },
  descriptors: { title: 'Open descriptors', unit: '', of: ['descriptors'] },
  processor: { title: 'Processor time', unit: '% of one', of: ['cpuPercent'] },
  data: { title: 'Data directory', unit: 'MB', of: ['dataMb'] },
  latency: { title: 'Acknowledgements', unit: 'ms', of: ['p50Ms', 'p99Ms'] },
} as const
for (const [file, { title, unit, of }] of Object.entries(charts)) {
  const lines = of.map((gauge) => ({
    name: gauge.replace(/Ms|Mb|Percent/, ''),
    points: series(gauge),
  }))
  writeFileSync(join(out, `${file}.svg`), chartOf({ title, unit, series: lines, marks: restarts }))
}
const { samples } = gauges
const { violations } = report
writeFileSync(
  join(out, 'soak.json'),
  `${JSON.stringify({ minutes: Number(values.minutes), restarts, rows, violations, failures, samples }, undefined, 1)}\n`,
)
rmSync(data, { recursive: true, force: true })
for (const { name, proof } of violations.slice(0, 10)) say(`${name}: ${proof}`)
process.stdout.write(`${tableOf(rows)}\n`)
const members = groups.map(({ group }) => group.members.count).reduce((a, b) => a + b, 0)
process.stdout.write(
  `${report.operationCount} operations and ${report.readCount} records judged, ${restarts.length} restarts, ` +
    `${members} members of groups; graphs in ${out}\n`,
)
const missed = rows.filter(({ met }) => !met)
process.stdout.write(`${rows.length - missed.length} passed, ${missed.length} failed\n`)
process.exit(missed.length > 0 ? 1 : 0)
