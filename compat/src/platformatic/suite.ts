// Unmodified @platformatic/kafka, a client in TypeScript that speaks the newest versions of the protocol.

import { Checks, type Suite } from '../runner/suite.ts'
import { Target, targetNeeds } from '../target/target.ts'
import { Platformatic } from './client.ts'
import { classicGroups, consumerGroups } from './groups.ts'
import { messages } from './messages.ts'
import { topics } from './topics.ts'
import { transactions } from './transactions.ts'

const stories = { topics, messages, classicGroups, consumerGroups, transactions }

/** @platformatic/kafka 2.x, unmodified. */
export const platformatic: Suite = {
  name: 'platformatic',
  summary: '@platformatic/kafka administers, produces in all codecs, reads, joins groups',
  needs: targetNeeds(),
  async run({ args, say }) {
    const checks = new Checks()
    const settings = {
      'group.initial.rebalance.delay.ms': '0',
      'group.consumer.min.heartbeat.interval.ms': '100',
      'group.consumer.heartbeat.interval.ms': '300',
    }
    await using target = await Target.start({ args, suite: 'platformatic', settings })
    say(`against ${target.name}`)
    for (const [name, story] of Object.entries(stories)) {
      await using client = new Platformatic(target.bootstrap, checks)
      try {
        await story(client)
        say(name)
      } catch (error) {
        checks.check(false, `${name}: ${error instanceof Error ? error.stack : String(error)}`)
      }
    }
    return checks.result()
  },
}
