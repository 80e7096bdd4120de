// `kcat -G`: members share the partitions, leave in order, and the next ones go on where they stopped.

import { setTimeout as delay } from 'node:timers/promises'
import type { Checks } from '../runner/suite.ts'
import type { Kcat, Member } from './kcat.ts'

async function until(holds: () => boolean, limitMs = 20_000): Promise<boolean> {
  const deadline = performance.now() + limitMs
  while (!holds() && performance.now() < deadline) await delay(20)
  return holds()
}

async function share(kcat: Kcat, checks: Checks, strategy: string): Promise<void> {
  const topic = `shared-${strategy}`
  const lines = Array.from({ length: 300 }, (_, i) => `${i}:value ${i}`)
  await kcat.produce(`-t ${topic} -K:`, lines.join('\n'))
  const words =
    `-G readers-${strategy} -X auto.offset.reset=earliest -X session.timeout.ms=10000 ` +
    `-X partition.assignment.strategy=${strategy} -X heartbeat.interval.ms=300 ${topic}`
  const members: Member[] = [kcat.member(words), kcat.member(words)]
  const [first, second] = members
  try {
    const reads = (): number => members.reduce((sum, member) => sum + member.reads().length, 0)
    checks.check(
      await until(() => reads() >= lines.length),
      `${strategy}: a group reads 300 records, read ${reads()}: ${first?.said()}`,
    )
    if (strategy !== 'cooperative-sticky') {
      const shares = (): string =>
        members
          .map((member) => member.assigned())
          .sort((a, b) => (String(a) < String(b) ? -1 : 1))
          .join()
      checks.check(
        await until(() => shares() === '1,2'),
        `${strategy}: two members share three partitions 1,2, not ${shares()}`,
      )
    }
    await first?.stop()
    await kcat.produce(`-t ${topic} -K:`, lines.join('\n'))
    checks.check(
      await until(() => reads() >= 2 * lines.length),
      `${strategy}: the second member goes on alone, read ${reads()}: ${second?.said()}`,
    )
  } finally {
    for (const member of members) await member.stop()
  }
  const places = members.flatMap((m) => m.reads().map((r) => `${r.partition} ${r.offset}`))
  checks.check(
    new Set(places).size === 2 * lines.length,
    `${strategy}: every record is read, ${new Set(places).size} of ${2 * lines.length}`,
  )
  await kcat.produce(`-t ${topic} -p 1`, 'one more')
  const third = kcat.member(words)
  try {
    await until(() => third.reads().length > 0)
    const payloads = third.reads().map(({ payload }) => payload)
    checks.check(
      payloads.join() === 'one more',
      `${strategy}: the group goes on at its committed offsets, read ${payloads.length}`,
    )
  } finally {
    await third.stop()
  }
}

/** Groups under librdkafka's eager and cooperative assignors. */
export async function groups(kcat: Kcat, checks: Checks): Promise<void> {
  for (const strategy of ['range', 'roundrobin', 'cooperative-sticky']) {
    await share(kcat, checks, strategy)
  }
  // A static member that comes back within its session takes its place without a rebalance.
  await kcat.produce('-t static -K:', 'a:1\nb:2\nc:3')
  const words =
    '-G static-readers -X group.instance.id=desk-1 -X auto.offset.reset=earliest ' +
    '-X session.timeout.ms=10000 static'
  const before = kcat.member(words)
  const met = await until(() => before.reads().length === 3)
  await before.stop()
  const again = kcat.member(words)
  const back = await until(() => again.assigned() === 3)
  await again.stop()
  checks.check(met, `a static member reads its group's records: ${before.said()}`)
  checks.check(back, `a static member comes back to its partitions: ${again.said()}`)
}
