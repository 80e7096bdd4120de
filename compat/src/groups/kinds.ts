// The kinds of members that the suite knows: how each is started. A kind has a group of its own, but for those with an `and`
// in their name, where different clients share one.

import { join } from 'node:path'
import { kafkaClassPath } from '../kafka/artifacts.ts'

/** Where members find things. */
export interface Places {
  readonly bootstrap: string
  readonly topic: string
  /** Compiled Java programs. */
  readonly classes: string
}

/** A program and its arguments. */
export interface Program {
  readonly program: string
  readonly args: readonly string[]
}

/** A group and who may be in it. */
export interface Kind {
  readonly group: string
  /** The largest number of members that live at once. */
  readonly most: number
  /** Whether a commit of this client may go back: it commits without regard to a rebalance that is under way. */
  readonly commitsMayGoBack?: true
  /**
   * Whether a record counts as consumed when it is handed over: librdkafka then commits it by itself, so that a member
   * which is killed before it has printed that one record has committed it nevertheless.
   */
  readonly consumesByHandingOver?: true
  /** The program of the member of this number, counted from 0 in each group. */
  start(places: Places, number: number): Program
}

/** Our packages are run as they are written. */
const conditions = ['--conditions=@samsa/source']

function node(client: string, group: string) {
  return ({ bootstrap, topic }: Places): Program => ({
    program: process.execPath,
    args: [
      ...conditions,
      join(import.meta.dirname, 'node-member.ts'),
      client,
      bootstrap,
      group,
      topic,
    ],
  })
}

/** Small machines: many run at once. */
const java = ['-Xmx96m', '-Xss512k', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

function javaMember(
  group: string,
  protocol: 'classic' | 'consumer',
  { assignor = '-', isStatic = false } = {},
) {
  return ({ bootstrap, topic, classes }: Places, number: number): Program => ({
    program: 'java',
    args: [
      ...java,
      ...['-cp', `${classes}:${kafkaClassPath('4.3.1')}`, 'GroupMember'],
      ...[bootstrap, group, topic, protocol, assignor, isStatic ? `desk-${number % 2}` : '-'],
    ],
  })
}

function kcat(group: string, strategy: string) {
  const settings = [
    'auto.offset.reset=earliest',
    'session.timeout.ms=10000',
    'heartbeat.interval.ms=1000',
    'auto.commit.interval.ms=500',
    `partition.assignment.strategy=${strategy}`,
  ].flatMap((setting) => ['-X', setting])
  return ({ bootstrap, topic }: Places): Program => ({
    program: 'kcat',
    args: ['-b', bootstrap, '-J', '-u', ...settings, '-G', group, topic],
  })
}

function inTurn(...starts: readonly Kind['start'][]): Kind['start'] {
  return (places, number) => {
    const start = starts[number % starts.length]
    if (start === undefined) throw new Error('a group of nobody')
    return start(places, number)
  }
}

/** All kinds. */
export const kinds: readonly Kind[] = [
  { group: 'kafkajs', most: 3, start: node('kafkajs', 'kafkajs') },
  {
    group: 'platformatic-classic',
    most: 3,
    commitsMayGoBack: true,
    start: node('classic', 'platformatic-classic'),
  },
  {
    group: 'platformatic-consumer',
    most: 3,
    commitsMayGoBack: true,
    start: node('consumer', 'platformatic-consumer'),
  },
  { group: 'kcat-range', most: 3, consumesByHandingOver: true, start: kcat('kcat-range', 'range') },
  {
    group: 'kcat-cooperative',
    most: 3,
    consumesByHandingOver: true,
    start: kcat('kcat-cooperative', 'cooperative-sticky'),
  },
  { group: 'java-range', most: 2, start: javaMember('java-range', 'classic') },
  {
    group: 'java-cooperative',
    most: 2,
    start: javaMember('java-cooperative', 'classic', { assignor: 'cooperative' }),
  },
  {
    group: 'java-static',
    most: 2,
    start: javaMember('java-static', 'classic', { isStatic: true }),
  },
  { group: 'java-consumer', most: 2, start: javaMember('java-consumer', 'consumer') },
  {
    group: 'java-and-kcat',
    most: 3,
    consumesByHandingOver: true,
    start: inTurn(kcat('java-and-kcat', 'range'), javaMember('java-and-kcat', 'classic')),
  },
  {
    group: 'samsa-cooperative',
    most: 3,
    start: node('samsa-cooperative-sticky', 'samsa-cooperative'),
  },
  { group: 'samsa-range', most: 3, start: node('samsa-range', 'samsa-range') },
  { group: 'samsa-consumer', most: 3, start: node('samsa-consumer', 'samsa-consumer') },
  {
    group: 'samsa-and-java',
    most: 3,
    start: inTurn(
      node('samsa-cooperative-sticky', 'samsa-and-java'),
      javaMember('samsa-and-java', 'classic', { assignor: 'cooperative' }),
    ),
  },
  {
    group: 'samsa-and-kafkajs',
    most: 3,
    start: inTurn(
      node('samsa-as-kafkajs', 'samsa-and-kafkajs'),
      node('kafkajs', 'samsa-and-kafkajs'),
    ),
  },
]
