// What the facts mean, and what to do. Pure: facts in, findings out, one for each thing that was looked at.

import { KafkaError } from '@samsa/protocol'
import { counted, sizeText } from '../../terminal/show.ts'
import type { DeepFacts, GroupFacts, QuickFacts, TopicFacts } from './facts.ts'
import type { Reached } from './reach.ts'

/** How bad it is. A problem stops somebody's work; a warning will. */
export type Level = 'ok' | 'warning' | 'problem'

/** One thing that was looked at. */
export interface Finding {
  readonly check: string
  readonly level: Level
  readonly message: string
  /** What to do; where nothing is wrong, nothing. */
  readonly advice?: string
}

/** Below this share of free disk it is time to act; below the second it is late. */
const scarce = 0.15
const nearlyFull = 0.05
/** The same where only what is free is known: a few segments, and one. */
const fewBytes = 5e9
const fewestBytes = 1e9
/** Clocks that are kept by a service differ by less. */
const mostAheadMs = 60_000
/** A log has up to four open files for each segment. */
const fewOpenFiles = 10_000
/** Names in a sentence before it says how many more there are. */
const mostNames = 3

/** The worst level among findings. */
export function worstOf(findings: readonly Finding[]): Level {
  const levels = new Set(findings.map(({ level }) => level))
  if (levels.has('problem')) return 'problem'
  return levels.has('warning') ? 'warning' : 'ok'
}

/** The addresses that the user gave: one that answers is enough. */
export function judgeAddresses(bootstrap: readonly Reached[]): Finding[] {
  const isAnyReached = bootstrap.some(({ error }) => error === undefined)
  return bootstrap.map((one) => {
    const check = `address ${placeOf(one)}`
    if (one.error === undefined) {
      return { check, level: 'ok', message: `reached in ${one.connectMs.toFixed(1)} ms` }
    }
    return {
      check,
      level: isAnyReached ? 'warning' : 'problem',
      message: one.error,
      advice: 'Is a broker running there? `samsa start` starts one on 127.0.0.1:9092.',
    }
  })
}

/** Everything about the cluster; without `deep` only what a health check asks. */
export function judgeCluster(quick: QuickFacts, deep?: DeepFacts): Finding[] {
  return [
    ...judgeAdvertised(quick.advertised),
    judgeController(quick.controllerId),
    ...(deep === undefined
      ? []
      : [
          ...judgePartitions(deep.topics),
          ...judgeDirectories(deep.directories),
          ...judgeGroups(deep.groups),
          judgeTime(deep),
          judgeTransactions(deep.hanging),
          ...judgeLimits(deep.openFilesMax),
        ]),
  ]
}

function judgeAdvertised(advertised: readonly Reached[]): Finding[] {
  return advertised.map((one) => {
    const check = `broker ${one.brokerId}`
    const place = placeOf(one)
    if (one.error === undefined) return { check, level: 'ok', message: `reached at ${place}` }
    return {
      check,
      level: 'problem',
      message: `tells clients to come to ${place}, which cannot be reached from here: ${one.error}`,
      advice: 'Set its advertised.listeners to an address that clients can reach, or start it.',
    }
  })
}

function judgeController(controllerId: number | undefined): Finding {
  const check = 'controller'
  if (controllerId !== undefined) return { check, level: 'ok', message: `broker ${controllerId}` }
  return {
    check,
    level: 'problem',
    message: 'there is none: leaders are not elected, topics not created',
    advice: 'Look at the logs of the brokers, and at ZooKeeper where one is used.',
  }
}

function judgePartitions(topics: readonly TopicFacts[]): Finding[] {
  const all = topics.flatMap(({ name, partitions, minInSyncReplicas }) => {
    return partitions.map((one) => ({
      ...one,
      name: `${name}-${one.partition}`,
      minInSyncReplicas,
    }))
  })
  const leaderless = all.filter(({ leaderId }) => leaderId === undefined)
  const led = all.filter(({ leaderId }) => leaderId !== undefined)
  // More than all replicas cannot be asked for: brokers take the smaller number.
  const belowMinimum = led.filter(({ inSyncReplicas, minInSyncReplicas, replicas }) => {
    return inSyncReplicas.length < Math.min(minInSyncReplicas, replicas.length)
  })
  const lagging = led.filter((one) => one.inSyncReplicas.length < one.replicas.length)
  const impossible = topics.filter(({ name, partitions, minInSyncReplicas }) => {
    // Internal topics are made for clusters, and one broker is all a laptop has.
    if (name.startsWith('__')) return false
    return partitions.some(({ replicas }) => replicas.length < minInSyncReplicas)
  })
  const findings: Finding[] = []
  if (leaderless.length > 0) {
    findings.push({
      check: 'leaders',
      level: 'problem',
      message: `${counted(leaderless.length, 'partition')} without a leader: ${listed(leaderless)}`,
      advice:
        'Start the brokers that hold them. If their disks are gone, `samsa cluster elect --unclean` goes on without what only they had.',
    })
  }
  if (impossible.length > 0) {
    findings.push({
      check: 'min.insync.replicas',
      level: 'warning',
      message: `asks for more replicas than there are: ${listed(impossible)}`,
      advice: 'One missing broker stops writes: lower it, or create the topic with more replicas.',
    })
  }
  if (belowMinimum.length > 0) {
    findings.push({
      check: 'in-sync replicas',
      level: 'problem',
      message: `${counted(belowMinimum.length, 'partition')} below min.insync.replicas, writes with acks=all are refused: ${listed(belowMinimum)}`,
      advice: 'Start the brokers that are missing.',
    })
  } else if (lagging.length > 0) {
    findings.push({
      check: 'in-sync replicas',
      level: 'warning',
      message: `${counted(lagging.length, 'partition')} under-replicated: ${listed(lagging)}`,
      advice: 'A broker is down or slow: `samsa cluster describe` shows which one.',
    })
  }
  if (findings.length > 0) return findings
  const what = `${counted(all.length, 'partition')} of ${counted(topics.length, 'topic')}`
  return [{ check: 'partitions', level: 'ok', message: `${what}, all led and in sync` }]
}

function judgeDirectories(directories: DeepFacts['directories']): Finding[] {
  const findings: Finding[] = []
  for (const [brokerId, outcome] of directories) {
    if (outcome instanceof KafkaError) {
      const advice = 'Is it Kafka that listens there, and may you describe the cluster?'
      const { message } = outcome
      findings.push({ check: `disk of broker ${brokerId}`, level: 'warning', message, advice })
      continue
    }
    for (const { path, error, totalBytes, usableBytes } of outcome) {
      const check = `disk of broker ${brokerId}, ${path}`
      if (error !== undefined) {
        const message = `not in use: ${error.message}`
        const advice = 'Mend or replace the disk and start the broker again.'
        findings.push({ check, level: 'problem', message, advice })
      } else if (usableBytes === undefined) {
        findings.push({ check, level: 'ok', message: 'in use; the broker does not tell its room' })
      } else {
        const level = levelOfRoom(usableBytes, totalBytes)
        const of = totalBytes === undefined ? '' : ` of ${sizeText(totalBytes)}`
        const message = `${sizeText(usableBytes)}${of} free`
        const advice = 'Lower retention.ms or retention.bytes of large topics, or add disk.'
        findings.push({ check, level, message, ...(level === 'ok' ? {} : { advice }) })
      }
    }
  }
  return findings
}

/** Where the broker does not tell how large the disk is, what is free must speak for itself. */
function levelOfRoom(usableBytes: number, totalBytes: number | undefined): Level {
  const [few, fewest] =
    totalBytes === undefined || totalBytes === 0
      ? [fewBytes, fewestBytes]
      : [totalBytes * scarce, totalBytes * nearlyFull]
  if (usableBytes < fewest) return 'problem'
  return usableBytes < few ? 'warning' : 'ok'
}

/** Retention goes by the times of records, and so does every search by time. */
function judgeTime({ newest, nowMs }: DeepFacts): Finding {
  const check = 'time'
  if (newest === undefined) return { check, level: 'ok', message: 'no records to tell it by' }
  const aheadMs = newest.timestamp - nowMs
  if (aheadMs <= mostAheadMs) return { check, level: 'ok', message: 'no record is of the future' }
  const minutes = Math.round(aheadMs / 60_000).toLocaleString('en-US')
  return {
    check,
    level: 'warning',
    message: `${newest.topic}-${newest.partition} has a record ${minutes} min ahead of this machine`,
    advice: 'A producer or this machine has the wrong time; such records outlive their retention.',
  }
}

function judgeGroups(groups: readonly GroupFacts[]): Finding[] {
  const abandoned = groups.filter(({ memberCount, lag }) => memberCount === 0 && lag > 0)
  const findings = abandoned.map(({ groupId, lag }): Finding => {
    return {
      check: `group ${groupId}`,
      level: 'warning',
      message: `nobody reads, and it is ${counted(lag, 'record')} behind`,
      advice: `Start its members, or delete it: samsa group delete ${groupId}`,
    }
  })
  if (findings.length > 0) return findings
  const lag = groups.reduce((sum, one) => sum + one.lag, 0)
  const message = `${counted(groups.length, 'group')}, ${counted(lag, 'record')} to read`
  return [{ check: 'groups', level: 'ok', message }]
}

function judgeTransactions(hanging: DeepFacts['hanging']): Finding {
  const check = 'transactions'
  if (hanging === undefined) return { check, level: 'ok', message: 'the brokers cannot tell' }
  if (hanging.length === 0) return { check, level: 'ok', message: 'none hangs' }
  const names = listed(hanging.map((one) => ({ name: `${one.topic}-${one.partition}` })))
  return {
    check,
    level: 'problem',
    message: `${hanging.length} will never end and hold up readers of ${names}`,
    advice: 'samsa transaction hanging lists them, samsa transaction abort ends them.',
  }
}

function judgeLimits(openFilesMax: number | undefined): Finding[] {
  if (openFilesMax === undefined) return []
  const message = `${openFilesMax.toLocaleString('en-US')} in this environment`
  if (openFilesMax >= fewOpenFiles) return [{ check: 'open files', level: 'ok', message }]
  const advice = 'A broker started here wants more: `ulimit -n 100000`, or LimitNOFILE= of systemd.'
  return [{ check: 'open files', level: 'warning', message, advice }]
}

function placeOf({ host, port }: Reached): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function listed(things: readonly { readonly name: string }[]): string {
  const names = things.slice(0, mostNames).map(({ name }) => name)
  const more = things.length - names.length
  return more === 0 ? names.join(', ') : `${names.join(', ')} and ${more} more`
}
