// From nothing to the first acknowledged record: how long a process takes that has data already. Samsa is started by its
// command line from source, and from dist/ where that was built; Kafka from a formatted directory.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { kafkaClassPath } from '@samsa/compat/kafka/artifacts'
import { freePort, KafkaBroker } from '@samsa/compat/kafka/broker'
import { KafkaConnection } from '@samsa/network'
import { Metadata, Produce } from '@samsa/protocol'
import { nodeNetwork } from '@samsa/world/node'
import { type Row, roundsOf } from '../row.ts'
import { batchOf } from './frames.ts'
import { flagsOf } from './targets.ts'

const rounds = 2
const topic = 'first'
const cli = join(import.meta.dirname, '..', '..', '..', 'packages', 'cli')
const release = '4.3.1'

/** Tries until a record is acknowledged; gives up after a minute. */
async function firstRecord(port: number): Promise<void> {
  const givesUpAt = performance.now() + 60_000
  const records = batchOf(1, 100)
  const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }]
  for (;;) {
    try {
      await using client = await KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port })
      await client.send(Metadata, 9, { topics: [{ name: topic }], allowAutoTopicCreation: true })
      const answer = await client.send(Produce, 9, { acks: -1, timeoutMs: 5000, topicData })
      if (answer.responses[0]?.partitionResponses[0]?.errorCode === 0) return
    } catch (error) {
      if (!(error instanceof Error && error.name === 'WorldError')) throw error
    }
    if (performance.now() > givesUpAt) throw new Error(`no record was acknowledged on ${port}`)
    await delay(5)
  }
}

/** Median of the times, the first start (which creates the data) left out. */
async function timed(start: () => { child: ChildProcess; port: number }): Promise<number> {
  const times: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const startedAt = performance.now()
    const { child, port } = start()
    const ended = once(child, 'exit')
    try {
      await firstRecord(port)
      if (round > 0) times.push(performance.now() - startedAt)
    } finally {
      child.kill('SIGTERM')
      await ended
    }
  }
  return roundsOf(times).median
}

async function samsa(entry: readonly string[]): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-start-'))
  const port = await freePort()
  try {
    return await timed(() => {
      const words = [...entry, 'start', '--data', directory, '--port', String(port)]
      return { child: spawn(process.execPath, words, { stdio: 'ignore' }), port }
    })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function kafka(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-start-'))
  try {
    const formatted = await KafkaBroker.start({ release, directory })
    const { port } = formatted
    await formatted.stop()
    const properties = join(directory, 'server.properties')
    const words = ['-Xmx512m', '-cp', kafkaClassPath(release), 'kafka.Kafka', properties]
    return await timed(() => ({ child: spawn('java', words, { stdio: 'ignore' }), port }))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Rows of start-up times. */
export async function startTimes(): Promise<Row[]> {
  const atHand = existsSync(kafkaClassPath(release).slice(0, -1))
  const reference = atHand ? await kafka() : undefined
  const main = join(cli, 'src', 'main.ts')
  const source = await samsa(['--conditions=@samsa/source', ...flagsOf(main), main])
  const rows = [rowOf('start to first record, source', source, reference, 1 / 5)]
  const built = join(cli, 'dist', 'main.js')
  if (existsSync(built)) {
    rows.push(
      rowOf(
        'start to first record, dist',
        await samsa([...flagsOf(built), built]),
        reference,
        1 / 10,
      ),
    )
  }
  return rows
}

function rowOf(name: string, ours: number, reference: number | undefined, most: number): Row {
  if (reference === undefined) return { name, ours, unit: 'ms', goal: 'none', met: true }
  const ratio = ours / reference
  const goal = `<= ${most}x`
  const beside = 'Apache Kafka'
  return {
    name,
    ours,
    reference,
    beside,
    unit: 'ms',
    ratio,
    isCost: true,
    goal,
    met: ratio <= most,
  }
}
