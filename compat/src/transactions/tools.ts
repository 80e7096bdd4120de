// Apache Kafka's own kafka-transactions tool against Samsa: what is listed, described, found hanging and aborted.

import { BatchBuilder, InitProducerId, Produce } from '@samsa/protocol'
import { kafkaClassPath } from '../kafka/artifacts.ts'
import type { Checks } from '../runner/suite.ts'
import { runProgram } from '../target/program.ts'
import { WireClient } from '../wire/wire-client.ts'

const tool = 'org.apache.kafka.tools.TransactionsCommand'

/** Runs the tool; resolves to all it said. */
async function transactionsTool(port: number, words: string): Promise<string> {
  const java = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', kafkaClassPath('4.3.1'), tool]
  const args = [...java, '--bootstrap-server', `127.0.0.1:${port}`, ...words.split(' ')]
  const { stdout, stderr } = await runProgram({ program: 'java', args, limitMs: 60_000 })
  return `${stdout}\n${stderr}`
}

/** Leaves a transaction open that no coordinator knows of; the broker must not verify partitions. */
async function hang(port: number, topic: string): Promise<number> {
  using client = await WireClient.connect(port)
  const init = await client.ask(InitProducerId, 4, {
    transactionalId: 'hanging',
    transactionTimeoutMs: 60_000,
  })
  const { producerId, producerEpoch } = init as { producerId: number; producerEpoch: number }
  const builder = new BatchBuilder()
  builder.append(Date.now() - 3_600_000, null, Buffer.from('never ended'))
  const batch = { producerId, producerEpoch, baseSequence: 0, isTransactional: true }
  await client.ask(Produce, 9, {
    transactionalId: 'hanging',
    acks: -1,
    timeoutMs: 5_000,
    topicData: [{ name: topic, partitionData: [{ index: 0, records: builder.build(batch) }] }],
  })
  return producerId
}

/** Needs a topic of one empty partition, and the workers' transactional ids. */
export async function checkTools(port: number, topic: string, checks: Checks): Promise<void> {
  const listed = await transactionsTool(port, 'list')
  checks.check(/java-1\s+\d+\s+\d+\s+\w+/.test(listed), `list does not know java-1:\n${listed}`)
  const described = await transactionsTool(port, 'describe --transactional-id java-1')
  const isDescribed = /java-1\s+\d+\s+\d+\s+(?:Empty|Complete)/.test(described)
  checks.check(isDescribed, `describe does not tell of java-1:\n${described}`)
  const producerId = await hang(port, topic)
  const words = `--topic ${topic} --partition 0`
  const producers = await transactionsTool(port, `describe-producers ${words}`)
  const isOpen = new RegExp(`^${producerId}\\s.*\\s0\\s*$`, 'm').test(producers)
  checks.check(isOpen, `describe-producers shows no open transaction:\n${producers}`)
  const found = await transactionsTool(port, `find-hanging --topic ${topic}`)
  checks.check(new RegExp(`${topic}\\s+0\\s+${producerId}\\s`).test(found), `not found:\n${found}`)
  const aborted = await transactionsTool(port, `abort ${words} --start-offset 0`)
  const after = await transactionsTool(port, `describe-producers ${words}`)
  const isEnded = new RegExp(`^${producerId}\\s.*\\sNone\\s*$`, 'm').test(after)
  checks.check(isEnded, `still open after the abort:\n${aborted}\n${after}`)
}
