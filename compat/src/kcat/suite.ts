// Unmodified kcat (librdkafka 2.0): every codec and every kind of acknowledgement, all ways to name a position, groups,
// transactions, and records that are too large.

import { spawnSync } from 'node:child_process'
import { Checks, type Need, type Suite } from '../runner/suite.ts'
import { Target, targetNeeds } from '../target/target.ts'
import { groups } from './groups.ts'
import { Kcat } from './kcat.ts'
import { metadata } from './metadata.ts'
import { positions } from './positions.ts'
import { records } from './records.ts'
import { sizes } from './sizes.ts'
import { transactions } from './transactions.ts'

const kcatNeed: Need = {
  what: 'kcat',
  how: 'apt-get install kcat',
  check: () => spawnSync('kcat', ['-V']).status === 0,
  install: () => {
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
    spawnSync('apt-get', ['install', '-y', '-qq', 'kcat'], { stdio: 'ignore' })
  },
}

const stories = { records, positions, sizes, metadata, groups, transactions }

/** kcat, unmodified. */
export const kcat: Suite = {
  name: 'kcat',
  summary: 'kcat lists, produces in all codecs, reads from everywhere, joins groups',
  needs: [kcatNeed, ...targetNeeds()],
  async run({ args, say }) {
    const checks = new Checks()
    const settings = { 'num.partitions': '3', 'group.initial.rebalance.delay.ms': '0' }
    await using target = await Target.start({ args, suite: 'kcat', settings })
    say(`against ${target.name}`)
    for (const [name, story] of Object.entries(stories)) {
      try {
        await story(new Kcat(target.bootstrap), checks)
        say(name)
      } catch (error) {
        checks.check(false, `${name}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
    return checks.result()
  },
}
