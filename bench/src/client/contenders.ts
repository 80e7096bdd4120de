// Who is compared: our client, the other clients for Node, librdkafka (through Python) and the Java client's own measuring
// tools, each as a process of its own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { kafkaClassPath } from '@samsa/compat/kafka/artifacts'
import { cpuSeconds, residentMb } from '../broker/process-cost.ts'
import type { Job, Outcome } from './job.ts'

/** Somebody who does jobs. */
export interface Contender {
  readonly name: string
  /** Runs on Node: what ours is to be twice as fast as. */
  readonly isNode: boolean
  /** Undefined where it has no way to do such a job. */
  run(job: Job): Promise<Outcome> | undefined
}

const programs = join(import.meta.dirname, 'contenders')
const limitMs = 60_000

/** Runs a program to its end; resolves to what it printed and what it cost. */
async function run(
  command: string,
  args: readonly string[],
): Promise<{ output: string; cpu: number; resident: number }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const pid = child.pid ?? -1
  let [output, errors, cpu, resident] = ['', '', 0, 0]
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const watch = setInterval(() => {
    try {
      cpu = cpuSeconds(pid)
      resident = Math.max(resident, residentMb(pid))
    } catch {
      // It has just ended.
    }
  }, 20)
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs)
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(watch)
  clearTimeout(limit)
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}: ${errors.slice(-400)}`)
  return { output, cpu, resident }
}

/** A program that takes the job as JSON and prints the outcome. */
async function runProgram(command: string, args: readonly string[], job: Job): Promise<Outcome> {
  const { output } = await run(command, [...args, JSON.stringify(job)])
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Outcome
}

function nodeProgram(name: string, file: string): Contender {
  const words = ['--conditions=@samsa/source', join(programs, file)]
  return { name, isNode: true, run: (job) => runProgram(process.execPath, words, job) }
}

/** Our client. */
export const ours = nodeProgram('samsa', 'samsa.ts')

const python = join(import.meta.dirname, '../../../.cache/python/modern/bin/python')

const librdkafka: Contender = {
  name: 'librdkafka (Python)',
  isNode: false,
  run: (job) => runProgram(python, [join(programs, 'librdkafka.py')], job),
}

const release = '4.3.1'
const java = ['-Xmx512m', '-cp', kafkaClassPath(release)]
/** What the tool writes in about the time that others take. */
const javaBytes = 400_000_000
const javaRecords = 3_000_000

/** The Java client's tools; the processor time of theirs has the start of the virtual machine in it. */
const javaTools: Contender = {
  name: 'Java',
  isNode: false,
  run(job) {
    if (job.kind === 'unbounded') return javaProduce(job)
    return job.kind === 'consume' ? javaConsume(job) : undefined
  },
}

async function javaProduce({ bootstrap, topic, bytes }: Job): Promise<Outcome> {
  const records = Math.min(javaRecords, Math.round(javaBytes / bytes))
  const tool = 'org.apache.kafka.tools.ProducerPerformance'
  const what = ['--topic', topic, '--num-records', `${records}`, '--record-size', `${bytes}`]
  const how = ['--throughput', '-1', '--producer-props', `bootstrap.servers=${bootstrap}`]
  const { output, cpu, resident } = await run('java', [...java, tool, ...what, ...how])
  const last = output.trim().split('\n').at(-1) ?? ''
  const rate = Number(/([\d.]+) records\/sec/.exec(last)?.[1])
  const p99Ms = Number(/(\d+) ms 99th/.exec(last)?.[1])
  return { records, seconds: records / rate, cpuSeconds: cpu, residentMb: resident, p99Ms }
}

async function javaConsume({ bootstrap, topic, records, fetchBytes }: Job): Promise<Outcome> {
  const tool = 'org.apache.kafka.tools.ConsumerPerformance'
  const what = ['--topic', topic, '--num-records', `${records}`, '--bootstrap-server', bootstrap]
  const how =
    fetchBytes === 0 ? [] : ['--command-property', `max.partition.fetch.bytes=${fetchBytes}`]
  const { output, cpu, resident } = await run('java', [...java, tool, ...what, ...how])
  const [heads = [], values = []] = output
    .trim()
    .split('\n')
    .slice(-2)
    .map((line) => line.split(',').map((cell) => cell.trim()))
  const of = (name: string): number => Number(values[heads.indexOf(name)])
  const rate = of('fetch.nMsg.sec')
  return { records, seconds: records / rate, cpuSeconds: cpu, residentMb: resident }
}

/** All that can run here: librdkafka and Java only where `npm run compat -- python java` has fetched them. */
export function contenders(): Contender[] {
  const all = [
    ours,
    nodeProgram('kafkajs', 'kafkajs.ts'),
    nodeProgram('@platformatic/kafka', 'platformatic.ts'),
  ]
  if (existsSync(python)) all.push(librdkafka)
  if (existsSync(kafkaClassPath(release).slice(0, -1))) all.push(javaTools)
  return all
}
