// What the roles of one server share: its machine, what it keeps through crashes, and who hears of what is committed.

import type { World } from '@samsa/world'
import type { Entry, Post } from './messages.ts'
import { type Applied, ReplicatedState } from './replicated-state.ts'

/** Port on which servers listen to each other. */
export const peerPort = 2888

/** How an ensemble is set up. Times in milliseconds. */
export interface EnsemblePlan {
  /** Machines of the servers; a server's id is its place among them. */
  readonly hosts: readonly string[]
  readonly tickMs: number
  /** After so many ticks of silence leader and follower give each other up. */
  readonly syncTicks: number
}

/** What a server keeps when its process ends: every write is on its disk before it is acknowledged. */
export class ServerDisk {
  /** No vote is given, and no leader followed, in an earlier term. */
  promisedTerm = 0
  readonly log: Entry[] = []
  /** Made of committed entries only. */
  readonly state = new ReplicatedState()

  get lastTerm(): number {
    return this.log.at(-1)?.term ?? 0
  }
}

/** Who is told what happens to the log. */
export interface MemberListener {
  /** Clients are served from now on, or not any more. */
  serving(isServing: boolean): void
  applied(entry: Entry, what: Applied): void
  /** The leader has answered what needed no entry, or refused one. */
  answered(requestId: string, errorCode: number): void
  /** Sessions heard of since this was asked last. */
  takeTouched(): readonly string[]
}

/** One server as its roles see it. */
export interface Member {
  readonly serverId: number
  readonly world: World
  readonly plan: EnsemblePlan
  readonly disk: ServerDisk
  readonly post: Post
  readonly listener: MemberListener
  /** Gives its role up and looks for a leader. */
  look(): void
}

/** How many servers decide. */
export function majorityOf({ hosts }: EnsemblePlan): number {
  return Math.floor(hosts.length / 2) + 1
}

/** Runs `done` when what was written is on the disk. */
export function whenWritten({ world }: Member, done: () => void): void {
  world.clock.after(0.1 + world.random.fraction() * 2, done)
}

/** Takes what is committed into the state. */
export function applyUpTo({ disk, listener }: Member, length: number): void {
  while (disk.state.length < length) {
    const entry = disk.log[disk.state.length]
    if (entry === undefined) throw new Error('A server of the ensemble lacks a committed entry.')
    listener.applied(entry, disk.state.apply(entry))
  }
}
