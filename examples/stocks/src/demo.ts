// The whole exchange at once: people as processes, the board on the screen, keys that kill and start analysts.

import { setTimeout as delay } from 'node:timers/promises'
import { connect, type KafkaClient } from '@samsa/client'
import { audit } from './audit.ts'
import { openExchange } from './exchange.ts'
import { People } from './people.ts'
import { analysts, sources } from './roles.ts'
import { ticks } from './topics.ts'
import { Board, follow } from './view/board.ts'
import { type Frame, screenText } from './view/screen.ts'

/** How the demo runs. */
export interface DemoOptions {
  readonly brokers: string
  readonly speed: number
  readonly directory: string
  readonly command: readonly string[]
  /** Ends the demo. */
  readonly signal: AbortSignal
  /** Without a terminal alerts are printed as lines. */
  readonly terminal: NodeJS.WriteStream
  readonly keys?: NodeJS.ReadStream
  /** End by itself when everything was told and read. */
  readonly once: boolean
}

const frameMs = 200
const home = '\u001b[H'
const wipe = '\u001b[J'
const enter = '\u001b[?1049h\u001b[?25l'
const help = '1–4 kill an analyst, and start it again   a–c the same with a source   q ends'
const leave = '\u001b[?25h\u001b[?1049l'

const sourceNames = Object.keys(sources)
const analystNames = Object.keys(analysts)

/** Runs the exchange until the signal, `q`, or the end with `once`; then audits it and says what was found. */
export async function demo(options: DemoOptions): Promise<void> {
  const { brokers, terminal } = options
  await openExchange(brokers)
  const ending = new AbortController()
  const signal = AbortSignal.any([options.signal, ending.signal])
  const board = new Board()
  const failures: string[] = []
  const people = new People({
    ...options,
    onFailure: (name, said) => failures.push(`${name} failed: ${said.trim()}`),
  })
  people.startAll()
  await using kafka = connect({ brokers, clientId: 'demo' })
  const lags = new Map<string, number>()
  const screen = terminal.isTTY === true
  if (!screen) board.onAlert = (alert) => terminal.write(lineOf(alert))
  if (screen) terminal.write(enter)
  const stopListening = listen(options.keys, people, () => ending.abort())
  const following = follow(board, brokers, signal)
  try {
    while (!signal.aborted && failures.length === 0) {
      await measure(kafka, lags)
      if (screen) draw(terminal, board, people, lags)
      const isOver = sourceNames.every((name) => !people.isRunning(name)) && isCaughtUp(lags, board)
      if (options.once && isOver) break
      await delay(frameMs, undefined, { signal }).catch(() => {})
    }
    ending.abort()
    await following
  } finally {
    stopListening()
    if (screen) terminal.write(leave)
    await people.stopAll()
  }
  const report = await audit(brokers)
  for (const line of [...failures, ...report.problems]) terminal.write(`${line}\n`)
  terminal.write(
    `${report.ticks} ticks audited: ${report.problems.length} problems, ` +
      `${report.missing} prices not told yet\n`,
  )
  if (failures.length > 0) throw new Error(failures[0])
}

function lineOf(alert: Board['alerts'][number]): string {
  return `${alert.day}  ${alert.analyst.padEnd(10)}  ${alert.symbol.padEnd(5)} ${alert.text}\n`
}

function isCaughtUp(lags: ReadonlyMap<string, number>, board: Board): boolean {
  return board.ticks > 0 && analystNames.every((name) => lags.get(name) === 0)
}

/** How far behind every analyst is. */
async function measure(kafka: KafkaClient, lags: Map<string, number>): Promise<void> {
  const admin = kafka.admin()
  const topic = (await admin.topics.describe([ticks.name])).get(ticks.name)
  const places = (topic?.partitions ?? []).map(({ partition }) => {
    return { topic: ticks.name, partition, at: 'latest' as const }
  })
  const ends = await admin.records.offsets(places)
  const committed = await admin.groups.offsets(analystNames)
  for (const name of analystNames) {
    const positions = committed.get(name) ?? []
    const lag = places.reduce((sum, { partition }) => {
      const end = ends.get(`${ticks.name}-${partition}`)?.offset ?? 0
      return sum + end - (positions.find((one) => one.partition === partition)?.offset ?? 0)
    }, 0)
    lags.set(name, lag)
  }
}

function draw(
  terminal: NodeJS.WriteStream,
  board: Board,
  people: People,
  lags: ReadonlyMap<string, number>,
): void {
  const frame: Frame = {
    columns: terminal.columns,
    rows: terminal.rows,
    hasColours: terminal.hasColors(),
    sources: sourceNames.map((name, i) => {
      return { key: 'abc'[i] ?? '', name, isRunning: people.isRunning(name) }
    }),
    analysts: analystNames.map((name, i) => {
      const lag = lags.get(name) ?? 0
      return { key: String(i + 1), name, isRunning: people.isRunning(name), lag }
    }),
  }
  // Each line wipes out the rest of what stood there before.
  const text = `${screenText(board, frame)}\n\n${help}`.replaceAll('\n', '\u001b[K\n')
  terminal.write(`${home}${text}${wipe}`)
}

/** Keys of the terminal; returns what ends that. */
function listen(keys: NodeJS.ReadStream | undefined, people: People, quit: () => void): () => void {
  if (keys?.isTTY !== true) return () => {}
  const onKey = (text: Buffer): void => {
    for (const key of text.toString()) {
      if (key === 'q' || key === '\u0003') quit()
      const name = analystNames[Number(key) - 1] ?? sourceNames['abc'.indexOf(key)]
      if (name === undefined) continue
      if (people.isRunning(name)) people.kill(name)
      else people.start(name)
    }
  }
  keys.setRawMode(true)
  keys.resume()
  keys.on('data', onKey)
  return () => {
    keys.off('data', onKey)
    keys.setRawMode(false)
    keys.pause()
  }
}
