// The replicas of this broker that are on their way to another log directory, and where replicas are to be created that
// do not exist yet. What was under way when a broker stopped is found on its disks and goes on.

import { KafkaError } from '@samsa/protocol'
import type { World } from '@samsa/world'
import type { Partition } from '../replicas/partition.ts'
import { homeOf, type MoveHost, ReplicaMove } from './replica-move.ts'

function keyOf(topic: string, partition: number): string {
  return `${topic}-${partition}`
}

/** All moves of a broker. */
export class ReplicaMoves {
  readonly #world: World
  readonly #host: MoveHost
  readonly #moves = new Map<string, ReplicaMove>()
  /** Paths of log directories; forgotten when the broker stops, as Kafka does. */
  readonly #preferred = new Map<string, string>()
  /** Changes of one partition's moves come one after the other. */
  readonly #changes = new Map<string, Promise<unknown>>()
  #isStopped = false

  constructor(world: World, host: MoveHost) {
    this.#world = world
    this.#host = host
  }

  /** Where a replica is to be created that does not exist yet. */
  preferredDirectory(topic: string, partition: number): string | undefined {
    return this.#preferred.get(keyOf(topic, partition))
  }

  /** Remembers where a replica is to be created. */
  prefer(topic: string, partition: number, path: string): void {
    this.#preferred.set(keyOf(topic, partition), path)
  }

  /**
   * Moves a replica to the log directory at `path`; resolves when that has begun. Asking for where it is ends a move.
   * Rejects with KAFKA_STORAGE_ERROR or INVALID_TOPIC_EXCEPTION.
   */
  move(partition: Partition, path: string): Promise<void> {
    const { topic, index } = partition
    return this.#change(topic, index, async () => {
      const { futures } = this.#host.logs
      const future = futures.log(topic, index)
      if (future !== undefined && homeOf(future) === path) return
      await this.#end(topic, index)
      if (homeOf(partition.log) === path) return
      await futures.create(partition.log, path)
      this.#begin(partition)
    })
  }

  /** The replica is here: what was preferred is done, and a move that was under way goes on. */
  async hosted(partition: Partition): Promise<void> {
    const { topic, index, topicId } = partition
    this.#preferred.delete(keyOf(topic, index))
    await this.#change(topic, index, async () => {
      const future = this.#host.logs.futures.log(topic, index)
      if (future === undefined) return
      if (future.topicId === topicId) this.#begin(partition)
      else await this.#end(topic, index)
    })
  }

  /** The replica goes: its move ends, and what was copied goes too. */
  end(topic: string, partition: number): Promise<void> {
    this.#preferred.delete(keyOf(topic, partition))
    return this.#change(topic, partition, () => this.#end(topic, partition))
  }

  /** Stops copying; what was copied stays for the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(Array.from(this.#moves.values(), (move) => move.stop()))
  }

  #begin(partition: Partition): void {
    const { topic, index } = partition
    const key = keyOf(topic, index)
    const copy = this.#host.logs.futures.log(topic, index)
    if (copy === undefined || this.#moves.has(key) || this.#isStopped) return
    const move = new ReplicaMove(this.#world, partition, copy, this.#host)
    this.#moves.set(key, move)
    void move.ended.then(() => {
      if (this.#moves.get(key) === move) this.#moves.delete(key)
    })
  }

  async #end(topic: string, partition: number): Promise<void> {
    await this.#moves.get(keyOf(topic, partition))?.stop()
    await this.#host.logs.futures.discard(topic, partition)
  }

  async #change(topic: string, partition: number, action: () => Promise<void>): Promise<void> {
    const key = keyOf(topic, partition)
    const before = this.#changes.get(key) ?? Promise.resolve()
    const changing = before.then(() => {
      if (this.#isStopped) throw new KafkaError('BROKER_NOT_AVAILABLE', 'The broker is stopping.')
      return action()
    })
    const settled = changing.catch(() => {})
    this.#changes.set(key, settled)
    try {
      await changing
    } finally {
      if (this.#changes.get(key) === settled) this.#changes.delete(key)
    }
  }
}
