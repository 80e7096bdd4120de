// `samsa transaction list`, `describe`, `hanging` and `abort`.

import type { ExitCode } from '../../command-line.ts'
import {
  type AdminContext,
  type AdminFlags,
  reportFailures,
  succeeded,
} from '../../connection/admin-command.ts'
import { show } from '../../terminal/show.ts'
import { tableText } from '../../terminal/table.ts'

interface ListFlags extends AdminFlags {
  readonly state: readonly string[]
  readonly openFor?: number
}

/** Lists transactional ids. */
export async function list({ admin, output }: AdminContext, flags: ListFlags): Promise<void> {
  const { state, openFor } = flags
  const listed = await admin.transactions.list({
    ...(state.length === 0 ? {} : { states: state }),
    ...(openFor === undefined ? {} : { openLongerThanMs: openFor * 1000 }),
  })
  await show(output, flags.json, listed, () =>
    tableText(
      ['transactional id', 'producer id', 'state', 'coordinator'],
      listed.map((one) => [one.transactionalId, one.producerId, one.state, one.coordinatorId]),
    ),
  )
}

/** Describes transactional ids. */
export async function describe(
  context: AdminContext,
  flags: AdminFlags,
  ids: readonly string[],
): Promise<ExitCode> {
  const { admin, output } = context
  const outcomes = await admin.transactions.describe(ids).each()
  const described = succeeded(outcomes).map(([, one]) => one)
  await show(output, flags.json, described, () =>
    described
      .map((one) => {
        const since = one.startedAtMs === undefined ? [] : [`since ${iso(one.startedAtMs)}`]
        const partitions = one.partitions.map(({ topic, partition }) => `${topic}-${partition}`)
        return [
          output.style('bold', one.transactionalId),
          `  ${[one.state, ...since].join(' ')}\n`,
          `  producer ${one.producerId}, epoch ${one.producerEpoch}, timeout ${one.timeoutMs} ms, `,
          `coordinator ${one.coordinatorId}\n`,
          ...(partitions.length === 0 ? [] : [`  in ${partitions.join(', ')}\n`]),
        ].join('')
      })
      .join(''),
  )
  return reportFailures(context, outcomes)
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

interface HangingFlags extends AdminFlags {
  readonly openFor: number
  readonly topic: readonly string[]
}

/** Finds transactions that nobody will end; exits with 1 if there are some. */
export async function hanging(
  { admin, output }: AdminContext,
  flags: HangingFlags,
): Promise<ExitCode> {
  const found = await admin.transactions.findHanging({
    openLongerThanMs: flags.openFor * 1000,
    ...(flags.topic.length === 0 ? {} : { topics: flags.topic }),
  })
  await show(output, flags.json, found, () =>
    found.length === 0
      ? 'no transaction hangs\n'
      : tableText(
          [
            'topic',
            'partition',
            'producer id',
            'producer epoch',
            'coordinator epoch',
            'start',
            'last',
          ],
          found.map((one) => [
            one.topic,
            one.partition,
            one.producerId,
            one.producerEpoch,
            one.coordinatorEpoch,
            one.startOffset,
            iso(one.lastTimestamp),
          ]),
        ),
  )
  return found.length === 0 ? 0 : 1
}

interface AbortFlags extends AdminFlags {
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
}

/** Aborts a transaction in one partition. */
export async function abort(
  { admin, output }: AdminContext,
  { producerId, producerEpoch, coordinatorEpoch, json }: AbortFlags,
  topic: string,
  partition: number,
): Promise<void> {
  const one = { topic, partition, producerId, producerEpoch, coordinatorEpoch }
  await admin.transactions.abort([one])
  await show(output, json, one, () => `aborted in ${topic}-${partition}\n`)
}
