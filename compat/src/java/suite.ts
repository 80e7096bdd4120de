// The Java client and Apache Kafka's own command line tools, unmodified, from the Maven artefacts.

import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kafkaNeeds } from '../kafka/artifacts.ts'
import { Checks, type Need, type Suite } from '../runner/suite.ts'
import { runChecks, runProgram } from '../target/program.ts'
import { Target } from '../target/target.ts'
import { settings } from './settings.ts'
import { logDirectories } from './log-directories.ts'
import { Tools, classPath, compile } from './tools.ts'
import { offsets } from './offsets.ts'
import { topics } from './topics.ts'

const compilerNeed: Need = {
  what: 'a Java compiler, 17 or newer',
  how: 'apt-get install openjdk-17-jdk-headless',
  check: () => spawnSync('javac', ['-version']).status === 0,
  install: () => {
    spawnSync('apt-get', ['install', '-y', '-qq', 'openjdk-17-jdk-headless'], { stdio: 'ignore' })
  },
}

/** kafka-verifiable-producer prints from threads of its own, so it has a virtual machine of its own. */
async function verifiableProducer(bootstrap: string, checks: Checks): Promise<void> {
  const words = ['--bootstrap-server', bootstrap, '--topic', 'verified', '--max-messages', '500']
  const main = 'org.apache.kafka.tools.VerifiableProducer'
  const { exitCode, stdout } = await runProgram({
    program: 'java',
    args: ['-Xmx128m', '-cp', classPath, main, ...words, '--acks', '-1'],
  })
  const acknowledged = stdout.split('\n').filter((line) => line.includes('producer_send_success'))
  checks.check(
    exitCode === 0 && acknowledged.length === 500 && /"sent":500,"acked":500/.test(stdout),
    `kafka-verifiable-producer: 500 are sent and acknowledged: ${acknowledged.length} ${exitCode}`,
  )
}

const stories = { topics, settings, offsets, logDirectories }

/** Kafka's Java client and tools. */
export const java: Suite = {
  name: 'java',
  summary: 'the Java client, kafka-topics, -configs, -consumer-groups and the other tools',
  needs: [...kafkaNeeds('4.3.1'), compilerNeed],
  async run({ args, say }) {
    const checks = new Checks()
    compile()
    const data = mkdtempSync(join(tmpdir(), 'samsa-java-data-'))
    await using _data = { [Symbol.asyncDispose]: () => rm(data, { recursive: true, force: true }) }
    const brokerSettings = {
      'log.dirs': `${join(data, 'one')},${join(data, 'two')}`,
      'group.initial.rebalance.delay.ms': '0',
      'group.consumer.min.heartbeat.interval.ms': '100',
      'group.consumer.heartbeat.interval.ms': '300',
    }
    await using target = await Target.start({ args, suite: 'java', settings: brokerSettings })
    say(`against ${target.name}`)
    await using tools = new Tools(target.bootstrap, target.directory)
    for (const [name, story] of Object.entries(stories)) {
      try {
        await story(tools, checks)
        say(name)
      } catch (error) {
        checks.check(false, `${name}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
    await verifiableProducer(target.bootstrap, checks)
    await runChecks(
      {
        program: 'java',
        args: ['-Xmx256m', '-cp', classPath, 'Clients', target.bootstrap],
        limitMs: 120_000,
      },
      { checks, say, name: 'the Java client' },
    )
    return checks.result()
  },
}
