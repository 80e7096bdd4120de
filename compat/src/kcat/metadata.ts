// `kcat -L`: brokers, topics, partitions, leaders.

import type { Checks } from '../runner/suite.ts'
import type { Kcat } from './kcat.ts'

interface Listing {
  readonly controllerid: number
  readonly brokers: readonly { readonly id: number; readonly name: string }[]
  readonly topics: readonly {
    readonly topic: string
    readonly error?: string
    readonly partitions: readonly {
      readonly partition: number
      readonly leader: number
      readonly replicas: readonly { readonly id: number }[]
      readonly isrs: readonly { readonly id: number }[]
    }[]
  }[]
}

/** The cluster as kcat lists it; the story of the records has been told before. */
export async function metadata(kcat: Kcat, checks: Checks): Promise<void> {
  const all = JSON.parse((await kcat.run('-L -J')).stdout) as Listing
  const [broker] = all.brokers
  checks.check(all.brokers.length === 1, `one broker is listed, not ${all.brokers.length}`)
  checks.check(
    /^127\.0\.0\.1:\d+$/.test(broker?.name ?? ''),
    `the broker is listed where we met it: ${broker?.name}`,
  )
  checks.check(
    all.controllerid === broker?.id,
    `the broker is its controller: ${all.controllerid}, ${broker?.id}`,
  )
  const spread = all.topics.find(({ topic }) => topic === 'spread')
  const partitions = spread?.partitions ?? []
  checks.check(
    partitions
      .map(({ partition }) => partition)
      .sort((a, b) => a - b)
      .join() === '0,1,2',
    `an auto-created topic has num.partitions: ${JSON.stringify(spread)}`,
  )
  checks.check(
    partitions.every(
      ({ leader, replicas, isrs }) =>
        leader === broker?.id && replicas[0]?.id === leader && isrs[0]?.id === leader,
    ),
    `each partition has a leader, a replica, an in-sync replica: ${JSON.stringify(spread)}`,
  )
  const one = JSON.parse((await kcat.run('-L -J -t spread')).stdout) as Listing
  checks.check(
    one.topics.map(({ topic }) => topic).join() === 'spread',
    `-L -t lists one topic: ${one.topics.length}`,
  )
  const bad = JSON.parse((await kcat.run('-L -J -t not/a/name')).stdout) as Listing
  checks.check(
    /invalid topic/i.test(bad.topics[0]?.error ?? ''),
    `a bad name is an invalid topic: ${JSON.stringify(bad.topics)}`,
  )
}
