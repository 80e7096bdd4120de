// Scripted conversations, every API in every version, held with Samsa or with Apache Kafka (`--against kafka`): the same
// scripts must hold for both, which is how we know that they are true of Kafka and not of us.

import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Api, ApiVersions, apis, type ResponseOf } from '@samsa/protocol'
import { kafkaNeeds } from '../kafka/artifacts.ts'
import { KafkaBroker } from '../kafka/broker.ts'
import { Checks, type Need, type Suite } from '../runner/suite.ts'
import { SamsaProcess } from '../samsa/process.ts'
import { type Json, fromJson, toJson } from '../vectors/json.ts'
import { type Exchange, fill, parseConversation } from './conversation.ts'
import { differences } from './differences.ts'
import { WireClient } from './wire-client.ts'
import { withinVersion } from './within-version.ts'

const folder = join(import.meta.dirname, 'conversations')
const againstKafka = process.argv.join(' ').includes('--against kafka')

function apiNamed(name: string): Api {
  for (const api of apis.values()) if (api.name === name) return api
  throw new Error(`there is no API ${name}`)
}

/** Holds one exchange in one version; resolves to what differs. */
async function hold(
  client: WireClient,
  exchange: Exchange,
  version: number,
  bindings: Map<string, string>,
): Promise<string[]> {
  const api = apiNamed(exchange.api)
  bindings.set('version', String(version))
  const fields = api.request.fields
  const said: unknown = JSON.parse(fill(exchange.request, bindings))
  const body = fromJson(
    fields,
    withinVersion(fields, version, said as Record<string, unknown>) as Json,
  )
  if (exchange.response === undefined) {
    client.tell(api, version, body)
    return []
  }
  if (exchange.response.trim() === 'closed') {
    const answered = await client.isAnswered(api, version, body)
    return answered ? ['was answered, where the connection should have been closed'] : []
  }
  const answer = toJson(api.response.fields, version, await client.ask(api, version, body))
  const expected: unknown = JSON.parse(fill(exchange.response, bindings))
  return differences(expected, answer, bindings)
}

async function holdAll(port: number, file: string, checks: Checks): Promise<void> {
  const bindings = new Map([['port', String(port)]])
  for (const exchange of parseConversation(readFileSync(join(folder, file), 'utf8'))) {
    if (againstKafka && exchange.samsaOnly) continue
    const [first, last] = exchange.versions
    for (let version = first; version <= last; version++) {
      const where = `${file}:${exchange.line} ${exchange.api} v${version}`
      try {
        using client = await WireClient.connect(port)
        let found = await hold(client, exchange, version, bindings)
        const deadline = performance.now() + 20_000
        while (exchange.eventually && found.length > 0 && performance.now() < deadline) {
          await delay(100)
          found = await hold(client, exchange, version, bindings)
        }
        checks.check(found.length === 0, `${where}\n    ${found.join('\n    ')}`)
      } catch (error) {
        checks.check(false, `${where}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
}

/** What the broker advertises and no conversation says, one line an API. */
async function unspoken(port: number): Promise<string[]> {
  const spoken = new Set<string>()
  for (const file of readdirSync(folder)) {
    for (const exchange of parseConversation(readFileSync(join(folder, file), 'utf8'))) {
      const [first, last] = exchange.versions
      for (let version = first; version <= last; version++) spoken.add(`${exchange.api} ${version}`)
    }
  }
  using client = await WireClient.connect(port)
  const answer = await client.ask(ApiVersions, 0, {})
  const { apiKeys } = answer as ResponseOf<typeof ApiVersions>
  return apiKeys.flatMap(({ apiKey, minVersion, maxVersion }) => {
    const name = apis.get(apiKey)?.name ?? String(apiKey)
    const versions = Array.from({ length: maxVersion - minVersion + 1 }, (_, i) => minVersion + i)
    const missing = versions.filter((version) => !spoken.has(`${name} ${version}`))
    return missing.length === 0 ? [] : [`in no conversation: ${name} ${missing.join(', ')}`]
  })
}

/** The wire protocol, conversation by conversation. */
export const wire: Suite = {
  name: 'wire',
  summary: 'scripted conversations for every API and version, with Samsa or --against kafka',
  needs: againstKafka ? kafkaNeeds('4.3.1') : ([] as readonly Need[]),
  async run({ args, say }) {
    const checks = new Checks()
    const only = args.find((word) => word.endsWith('.txt'))
    const directory = mkdtempSync(join(tmpdir(), 'samsa-wire-'))
    const settings = { 'group.initial.rebalance.delay.ms': '0' }
    const broker = againstKafka
      ? await KafkaBroker.start({ release: '4.3.1', directory, settings })
      : await SamsaProcess.start({ directory, settings })
    try {
      for (const file of readdirSync(folder).sort()) {
        if (only !== undefined && file !== only) continue
        await holdAll(broker.port, file, checks)
        say(file)
      }
      if (only === undefined && !againstKafka) {
        for (const line of await unspoken(broker.port)) say(line)
      }
    } finally {
      await broker.stop('SIGKILL')
      rmSync(directory, { recursive: true, force: true })
    }
    return checks.result()
  },
}
