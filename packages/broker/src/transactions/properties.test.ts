// What holds however requests, crashes, lost records and refusals are mixed. Every seed is one story.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchWalk, KafkaError, ProtocolError, readRecords } from '@samsa/protocol'
import { memoryDisk, SeededRandom } from '@samsa/world/simulated'
import { fakeWorld } from '../coordinators/testing/fake-world.ts'
import { ManualClock } from '../coordinators/testing/manual-clock.ts'
import { FakeMetadata, FakeSettings } from '../groups/testing/fake-cluster.ts'
import { LosingLog } from './testing/losing-log.ts'
import type { MarkerRequest, MarkerResult } from './markers.ts'
import { eachPartition, topicPartitions } from './topic-partitions.ts'
import { MAX_EPOCH, newTransaction, type Transaction } from './transaction.ts'
import { TransactionCoordinator } from './transaction-coordinator.ts'
import {
  decodeTransactionKey,
  decodeTransactionValue,
  encodeTransactionKey,
  encodeTransactionValue,
} from './transaction-records.ts'
import { transactionStates } from './transaction-state.ts'

/** An integer of both bounds and what lies between. */
function between(random: SeededRandom, low: number, high: number): number {
  return low + random.below(high - low + 1)
}

/** The decisions that the log holds, as `commit|abort producer/epoch`, in its first `count` batches. */
function decisions(log: LosingLog, count: number): Set<string> {
  const decided = new Set<string>()
  for (const bytes of log.batches.slice(0, count)) {
    const walk = new BatchWalk(bytes)
    walk.next()
    for (const { key, value } of readRecords(walk.batch).records) {
      if (key === null || value === null) continue
      const { state, ...identity } = decodeTransactionValue(decodeTransactionKey(key) ?? '', value)
      const { producerId, producerEpoch } = identity
      if (state === 'PrepareCommit') decided.add(`commit ${producerId}/${producerEpoch}`)
      if (state === 'PrepareAbort') decided.add(`abort ${producerId}/${producerEpoch}`)
    }
  }
  return decided
}

/** One seed: some producers that share one id, on a coordinator whose log comes and goes. */
class Story {
  readonly random: SeededRandom
  readonly clock = new ManualClock()
  readonly log = new LosingLog()
  readonly markers = new Map<string, string>()
  readonly owners = new Map<string, number>()
  readonly identities = [0, 1, 2].map(() => ({ producerId: -1, producerEpoch: -1 }))
  readonly coordinator: TransactionCoordinator
  readonly faults: string[] = []
  /** The producer that heard of an identity last. */
  #latest = 0
  /** Clients commit so many transactions and hear of it. */
  heardCommits = 0

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
    const metadata = new FakeMetadata()
    metadata.createTopic('t', 4, [[2], [2], [3], [3]])
    const notHere = (): never => {
      throw new KafkaError('NOT_LEADER_OR_FOLLOWER')
    }
    let next = 0
    this.coordinator = new TransactionCoordinator({
      world: fakeWorld(this.clock, this.random.fork('world'), memoryDisk()),
      settings: new FakeSettings(),
      brokerId: 1,
      metadata: metadata.view,
      controller: { allocateProducerIds: async () => ({ first: next++, count: 1 }) },
      replicas: { partition: notHere, partitions: () => [] },
      groups: { completeTransaction: notHere },
      partitions: this.log,
      peers: {
        writeMarkers: (_broker, request) => this.#take(request),
        addPartitions: async () => [],
      },
    })
  }

  async #take(request: MarkerRequest): Promise<MarkerResult[]> {
    const { producerId, producerEpoch, isCommit } = request
    const identity = `${producerId}/${producerEpoch}`
    const type = isCommit ? 'commit' : 'abort'
    const committed = decisions(this.log, this.log.committedCount)
    if (!committed.has(`${type} ${identity}`)) {
      this.faults.push(`${type} ${identity} left before its decision was committed`)
    }
    const earlier = this.markers.get(identity) ?? type
    if (earlier !== type) this.faults.push(`${identity} was given both ends`)
    this.markers.set(identity, type)
    if (this.random.chance(0.3)) await this.clock.sleep(between(this.random, 1, 50))
    return Array.from(eachPartition(request.partitions), (place) =>
      this.random.chance(0.2) ? { ...place, error: 'NOT_LEADER_OR_FOLLOWER' as const } : place,
    )
  }

  /** An identity may reach one producer only. */
  #own(client: number, identity: { producerId: number; producerEpoch: number }): void {
    const { producerId, producerEpoch } = identity
    const name = `${producerId}/${producerEpoch}`
    if (producerEpoch < 0 || producerEpoch >= MAX_EPOCH) this.faults.push(`${name} was handed out`)
    const owner = this.owners.get(name) ?? client
    if (owner !== client) this.faults.push(`${name} belongs to ${owner} and to ${client}`)
    this.owners.set(name, owner)
    this.identities[client] = { producerId, producerEpoch }
    this.#latest = client
  }

  async step(): Promise<void> {
    const { random, coordinator } = this
    const client = random.chance(0.8) ? this.#latest : between(random, 0, 2)
    const identity = this.identities[client] ?? { producerId: -1, producerEpoch: -1 }
    const transactionalId = 'app'
    const choice = between(random, 0, 99)
    const hear = (answer: Promise<unknown>, heard: (value: unknown) => void): void => {
      const isLost = random.chance(0.2)
      answer.then(
        (value) => {
          if (!isLost) heard(value)
        },
        (error: unknown) => {
          if (!(error instanceof KafkaError)) throw error
        },
      )
    }
    const own = (value: unknown): void =>
      this.#own(client, value as { producerId: number; producerEpoch: number })
    if (choice < 8) {
      const expected = random.chance(0.5) && identity.producerId >= 0 ? identity : undefined
      const request = { transactionalId, timeoutMs: 1_000, expected }
      hear(coordinator.initTransactionalProducer(request), own)
    } else if (choice < 30) {
      const partitions = topicPartitions([['t', [between(random, 0, 3)]]])
      const request = { transactionalId, ...identity, partitions, clientVersion: 2 }
      hear(coordinator.addPartitions(request), () => {})
    } else if (choice < 52) {
      const isCommit = random.chance(0.6)
      const end = { transactionalId, ...identity, isCommit, clientVersion: 2 }
      hear(coordinator.endTransaction(end), (value) => {
        own(value)
        if (isCommit) this.heardCommits += 1
      })
    } else if (choice < 93) {
      this.log.commit()
    } else if (choice < 95) {
      this.log.giveUp()
    } else if (choice < 98) {
      this.log.fail(random.chance(0.5))
    } else {
      await this.clock.advance(between(random, 1, 12_000))
    }
    await this.clock.advance(between(random, 0, 20))
  }

  /** No more trouble: everything decided comes to its end. */
  async finish(): Promise<void> {
    for (let i = 0; i < 20; i++) {
      this.log.commit()
      await this.clock.advance(1_000)
    }
    this.coordinator.stop()
  }
}

test('Decisions are committed before markers leave; an identity has one owner.', async () => {
  let markers = 0
  let commits = 0
  for (let seed = 1; seed <= 60; seed++) {
    const story = new Story(seed)
    for (let i = 0; i < 150; i++) await story.step()
    await story.finish()
    assert.deepEqual(story.faults, [], `seed ${seed}`)
    const standing = decisions(story.log, story.log.batches.length)
    for (const [identity, type] of story.markers) {
      assert.ok(standing.has(`${type} ${identity}`), `seed ${seed}: ${type} ${identity} was lost`)
    }
    markers += story.markers.size
    commits += story.heardCommits
  }
  assert.ok(markers > 200 && commits > 60, `too little happened: ${markers}, ${commits}`)
})

test('A transaction survives its record, in every state; what is no record is refused.', () => {
  const random = new SeededRandom(7)
  for (const state of Object.keys(transactionStates) as (keyof typeof transactionStates)[]) {
    const transaction: Transaction = {
      ...newTransaction(`id-${state}`, between(random, 0, 2 ** 40), between(random, 1, 900_000)),
      previousProducerId: between(random, -1, 100),
      nextProducerId: between(random, -1, 100),
      producerEpoch: between(random, 0, MAX_EPOCH),
      state,
      partitions:
        state === 'Empty'
          ? topicPartitions([])
          : topicPartitions([
              ['a', [0, 5]],
              ['b', [1]],
            ]),
      startMs: between(random, -1, 2 ** 41),
      updatedMs: between(random, 0, 2 ** 41),
      clientVersion: 2,
    }
    const { transactionalId } = transaction
    assert.equal(decodeTransactionKey(encodeTransactionKey(transactionalId)), transactionalId)
    const value = encodeTransactionValue(transaction, 1)
    assert.deepEqual(decodeTransactionValue(transactionalId, value), transaction)
    const plain = decodeTransactionValue(transactionalId, encodeTransactionValue(transaction, 0))
    const lost = { previousProducerId: -1, nextProducerId: -1, clientVersion: 0 }
    assert.deepEqual(plain, { ...transaction, ...lost })
    for (let i = 0; i < 300; i++) {
      const damaged = Buffer.from(value)
      damaged[between(random, 0, damaged.length - 1)] = between(random, 0, 255)
      try {
        decodeTransactionValue(transactionalId, damaged.subarray(0, between(random, 0, 80)))
      } catch (error) {
        assert.ok(error instanceof ProtocolError || error instanceof KafkaError, String(error))
      }
    }
  }
})
