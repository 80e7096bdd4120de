// kafka-reassign-partitions with "log_dirs" and kafka-log-dirs: a replica moves from one log directory to another.

import { setTimeout as delay } from 'node:timers/promises'
import type { Checks } from '../runner/suite.ts'
import type { Tools } from './tools.ts'
import { holds } from './topics.ts'

const topic = 'moved'
const records = 2000

interface Described {
  readonly brokers: readonly {
    readonly broker: number
    readonly logDirs: readonly {
      readonly logDir: string
      readonly partitions: readonly {
        readonly partition: string
        readonly size: number
        readonly isFuture: boolean
      }[]
    }[]
  }[]
}

async function placesOf(
  tools: Tools,
): Promise<{ broker: number; places: string[]; all: string[] }> {
  const printed = await tools.output('log-dirs', `--describe --topic-list ${topic}`)
  const json = printed.split('\n').find((line) => line.startsWith('{')) ?? '{"brokers":[]}'
  const { brokers } = JSON.parse(json) as Described
  const logDirs = brokers[0]?.logDirs ?? []
  const holding = logDirs.filter(({ partitions }) => partitions.length > 0)
  return {
    broker: brokers[0]?.broker ?? -1,
    places: holding.map(({ logDir }) => logDir),
    all: logDirs.map(({ logDir }) => logDir),
  }
}

/** Moves a partition with records, and back; what is asked for in vain is refused. */
export async function logDirectories(tools: Tools, checks: Checks): Promise<void> {
  await tools.output('topics', `--create --topic ${topic}`)
  const values = Array.from({ length: records }, (_, i) => `value ${i}`).join('\n')
  await tools.output('console-producer', `--topic ${topic}`, `${values}\n`)
  const begin = await placesOf(tools)
  const [from] = begin.places
  const to = begin.all.find((path) => path !== from) ?? 'none'
  checks.check(begin.all.length === 2, `kafka-log-dirs names two directories: ${begin.all}`)
  for (const [path, name] of [
    [to, 'there.json'],
    [from, 'back.json'],
  ] as const) {
    const partition = { topic, partition: 0, replicas: [begin.broker], log_dirs: [path] }
    const file = tools.write(name, JSON.stringify({ version: 1, partitions: [partition] }))
    const words = `--reassignment-json-file ${file}`
    const started = /Successfully started log directory move|Successfully started partition/
    await holds(tools, checks, ['reassign-partitions', `${words} --execute`], 0, started)
    let places = await placesOf(tools)
    for (let tries = 0; tries < 50 && `${places.places}` !== path; tries++) {
      await delay(100)
      places = await placesOf(tools)
    }
    checks.check(`${places.places}` === path, `the replica is in ${path}, found ${places.places}`)
    const done = /Reassignment of replica moved-0-\d+ completed successfully/
    await holds(tools, checks, ['reassign-partitions', `${words} --verify`], 0, done)
    const ends = new RegExp(`${topic}:0:${records}`)
    await holds(tools, checks, ['get-offsets', `--topic ${topic}`], 0, ends)
  }
  const all = `--topic ${topic} --from-beginning --max-messages ${records} --timeout-ms 20000`
  const read = await tools.output('console-consumer', all)
  const found = read.split('\n').filter((line) => line.startsWith('value ')).length
  checks.check(found === records, `all records are read after two moves: ${found}`)
}
