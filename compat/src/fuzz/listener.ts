/**
 * A live broker under damaged frames: hostile connections send mutated requests and noise, as fast as it takes them,
 * while a well-behaved client beside them must go on being answered.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type Socket, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ApiVersions, ByteWriter, RequestHeader, apis, requestHeaderVersion } from '@samsa/protocol'
import { SamsaProcess } from '../samsa/process.ts'
import { WireClient } from '../wire/wire-client.ts'
import { goldenBytes } from './message-targets.ts'
import { mutate } from './mutate.ts'
import type { Phase, PhaseReport } from './phase.ts'
import { Random } from './random.ts'

const CONNECTIONS = 4
const FRAMES_AT_ONCE = 64
/** What the good client may wait for an answer on a busy machine. */
const PATIENCE_MS = 2000
const MAX_RESIDENT_BYTES = 700e6

/** Requests of every API and version as frames: whole, so that mutations begin from sense. */
function seedFrames(): Buffer[] {
  const golden = goldenBytes()
  const frames: Buffer[] = []
  for (const api of apis.values()) {
    for (let version = api.versions[0]; version <= api.versions[1]; version++) {
      for (const body of golden.get(`${api.name}Request ${version}`) ?? []) {
        const writer = new ByteWriter()
        writer.int32(0)
        const header = {
          requestApiKey: api.key,
          requestApiVersion: version,
          correlationId: 1,
          clientId: 'fuzz',
        }
        RequestHeader.write(requestHeaderVersion(api, version), header, writer)
        const frame = Buffer.concat([...writer.chunks(), body])
        frame.writeInt32BE(frame.length - 4, 0)
        frames.push(frame)
      }
    }
  }
  return frames
}

/** Keeps one hostile connection busy until `done`; a connection that the broker closes is replaced. */
class Attacker {
  sent = 0
  answeredBytes = 0
  readonly #port: number
  readonly #random: Random
  readonly #seeds: readonly Buffer[]
  #done = false
  #socket: Socket | undefined

  constructor(port: number, random: Random, seeds: readonly Buffer[]) {
    this.#port = port
    this.#random = random
    this.#seeds = seeds
  }

  async run(): Promise<void> {
    while (!this.#done) await this.#oneConnection()
  }

  stop(): void {
    this.#done = true
    this.#socket?.destroy()
  }

  #oneConnection(): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, '127.0.0.1')
      this.#socket = socket
      socket.on('data', (chunk: Buffer) => {
        this.answeredBytes += chunk.length
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve())
      socket.on('connect', () => this.#feed(socket))
      socket.on('drain', () => this.#feed(socket))
    })
  }

  #feed(socket: Socket): void {
    for (let i = 0; i < FRAMES_AT_ONCE && !socket.destroyed; i++) {
      this.sent++
      if (!socket.write(this.#frame())) return
    }
    // The broker took everything at once: give it, and the good client, a turn.
    setTimeout(() => {
      if (this.#done) socket.destroy()
      else if (!socket.destroyed) this.#feed(socket)
    }, 1)
  }

  #frame(): Buffer {
    const random = this.#random
    const seed = random.pick(this.#seeds)
    const damaged = mutate(seed.subarray(4), random.pick(this.#seeds).subarray(4), random)
    // One in sixteen lies about its length; the others let the next frame be found.
    const isLying = random.below(16) === 0
    const length = isLying ? random.pick([-1, 0, 3, 0x7fffffff, 200e6]) : damaged.length
    const prefix = Buffer.alloc(4)
    prefix.writeInt32BE(length)
    return Buffer.concat([prefix, damaged])
  }
}

function residentBytes(pid: number): number {
  const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]
  return Number(pages) * 4096
}

/** Asks for the versions until `done`; resolves to what went wrong. */
async function goodClient(port: number, done: () => boolean): Promise<string[]> {
  const failures: string[] = []
  while (!done() && failures.length < 5) {
    const before = performance.now()
    try {
      using client = await WireClient.connect(port)
      const patience = delay(PATIENCE_MS).then(() => {
        throw new Error(`no answer within ${PATIENCE_MS} ms`)
      })
      await Promise.race([client.ask(ApiVersions, 0, {}), patience])
    } catch (error) {
      const after = Math.round(performance.now() - before)
      failures.push(`listener: the good client after ${after} ms: ${String(error)}`)
    }
    await delay(50)
  }
  return failures
}

async function run({ seconds, seed }: { seconds: number; seed: number }): Promise<PhaseReport> {
  const directory = mkdtempSync(join(tmpdir(), 'samsa-fuzz-'))
  const broker = await SamsaProcess.start({ directory })
  try {
    const seeds = seedFrames()
    const attackers = Array.from({ length: CONNECTIONS }, (_, i) => {
      return new Attacker(broker.port, new Random(seed + i), seeds)
    })
    let isDone = false
    const attacks = attackers.map(async (attacker) => attacker.run())
    const good = goodClient(broker.port, () => isDone)
    await delay(seconds * 1000)
    isDone = true
    for (const attacker of attackers) attacker.stop()
    await Promise.all(attacks)
    const failures = await good
    const heapBytes = residentBytes(broker.pid)
    if (heapBytes > MAX_RESIDENT_BYTES) failures.push(`listener: ${heapBytes >> 20} MB resident`)
    const sum = (of: (attacker: Attacker) => number): number =>
      attackers.reduce((total, attacker) => total + of(attacker), 0)
    const inputs = sum((attacker) => attacker.sent)
    if (sum((attacker) => attacker.answeredBytes) === 0) failures.push('listener: never answered')
    return { inputs, taken: sum((attacker) => attacker.answeredBytes), heapBytes, failures }
  } finally {
    await broker.stop('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  }
}

/** The listener of a broker in a process of its own. */
export const listener: Phase = { name: 'listener', run }
