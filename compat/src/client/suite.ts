// Our client against a broker: Samsa, or with `--against kafka` Apache Kafka. What holds for one holds for the other.

import { setTimeout as delay } from 'node:timers/promises'
import { Checks, type Suite } from '../runner/suite.ts'
import { Target, targetNeeds } from '../target/target.ts'
import * as administering from './administering.ts'
import * as administeringMore from './administering-more.ts'
import * as groups from './groups.ts'
import * as producing from './producing.ts'
import * as reading from './reading.ts'
import { rollingRestart } from './restarting.ts'
import type { Story } from './story.ts'
import * as running from './running.ts'
import * as much from './producing-much.ts'
import * as transacting from './producing-transactions.ts'

/** All stories, by name. */
export const stories: Readonly<Record<string, Story>> = {
  ...producing,
  ...much,
  ...transacting,
  ...reading,
  ...groups,
  ...running,
  ...administering,
  ...administeringMore,
}

const defaultRounds = 1

/** A story that takes longer has lost its way: it waits for what does not come. */
const storyTimeoutMs = 120_000

/** Settings of the broker under test: rebalances that do not take their time. */
export const settings = {
  'num.partitions': '3',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.num.partitions': '1',
  'group.initial.rebalance.delay.ms': '0',
  'group.consumer.heartbeat.interval.ms': '200',
  'group.consumer.min.heartbeat.interval.ms': '100',
  // Access control lists can be kept; nobody is refused anything.
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS',
}

/** Tells every story to the broker. */
async function tellAll(
  bootstrap: string,
  checks: Checks,
  say: (line: string) => void,
): Promise<void> {
  for (const [name, story] of Object.entries(stories)) {
    const started = performance.now()
    try {
      const told = story({ bootstrap, prefix: `${name}-`, checks })
      const late = delay(storyTimeoutMs, undefined, { ref: false }).then(() => {
        throw new Error(`was not told to its end within ${storyTimeoutMs} ms`)
      })
      await Promise.race([told, late])
    } catch (error) {
      checks.check(false, `${name}: ${error instanceof Error ? error.stack : String(error)}`)
    }
    say(`${name}, ${Math.round(performance.now() - started)} ms`)
  }
}

/** Brokers of this process are restarted, so that is a story of Samsa's alone. `--rounds N`: every broker so many times. */
async function tellOfRestarts(
  args: readonly string[],
  checks: Checks,
  say: (line: string) => void,
): Promise<void> {
  const at = args.indexOf('--rounds')
  const rounds = at < 0 ? defaultRounds : Number(args[at + 1])
  try {
    await rollingRestart({ checks, say, rounds })
  } catch (error) {
    const why = error instanceof Error ? error.stack : String(error)
    checks.check(false, `rolling restart: ${why}`)
  }
}

/** Our client. */
export const client: Suite = {
  name: 'client',
  summary: 'our client in all its ways, and while the brokers of a cluster are restarted',
  needs: targetNeeds(),
  async run({ args, say }) {
    const checks = new Checks()
    await using target = await Target.start({ args, suite: 'client', settings })
    say(`against ${target.name}`)
    await tellAll(target.bootstrap, checks, say)
    if (!args.includes('--against')) await tellOfRestarts(args, checks, say)
    return checks.result()
  },
}
