// One seeded life of a log: appends, reads, rolls, compactions, truncations and retention, interrupted by full and failing
// disks, kills and losses of power. After every restart the log is held against its model.

import { LogDirectories, type LogSettings, type PartitionLog } from '@samsa/log'
import { KafkaError } from '@samsa/protocol'
import type { World } from '@samsa/world'
import { type SimulatedNode, Simulation, type SimulationOptions } from '@samsa/world/simulated'
import { checkBatches, checkFiles, checkNewest, checkProducers, readAll } from './check-log.ts'
import { directorySettings, topicSettings } from './settings.ts'
import { ModelLog } from './model.ts'
import { StoryBatches, type StoryBatch, type StoryMoment } from './story-batches.ts'

/** What a story ended with. */
export interface StoryEnd {
  readonly crashes: number
  readonly acknowledged: number
  readonly traceHash: string
}

const path = '/data'
const partition = 'orders-0'

/** Tells the story of one seed; rejects when the log and its model do not agree. */
export async function tellStory(seed: number, how: SimulationOptions = {}): Promise<StoryEnd> {
  const simulation = new Simulation(`log/${seed}`, how)
  const story = new Story(simulation)
  await simulation.run(() => story.run(), { limitMs: 24 * 3_600_000 })
  return {
    crashes: story.crashes,
    acknowledged: story.acknowledged,
    traceHash: simulation.traceHash,
  }
}

class Story {
  crashes = 0
  acknowledged = 0
  readonly #simulation: Simulation
  readonly #node: SimulatedNode
  readonly #model = new ModelLog()
  readonly #batches: StoryBatches
  readonly #settings: LogSettings
  #world: World
  #directories: LogDirectories | undefined
  #log: PartitionLog | undefined
  #epoch = 0
  #inFlight: Promise<void>[] = []
  /** The process is gone or the disk failed: what fails now was not promised anything. */
  #isDown = false

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    this.#node = simulation.node('broker')
    this.#world = this.#node.world
    this.#settings = topicSettings(simulation.random)
    this.#batches = new StoryBatches(simulation.random, this.#model)
  }

  get #isCompacted(): boolean {
    return this.#settings['cleanup.policy'].includes('compact')
  }

  async run(): Promise<void> {
    const { random } = this.#simulation
    const lives = 2 + random.below(4)
    await this.#open()
    for (let life = 0; life < lives; life += 1) {
      const steps = this.#simulation.extent.of(10 + random.below(60))
      for (let step = 0; step < steps && !this.#isDown; step += 1) await this.#step()
      await this.#restart()
    }
    await this.#closeInOrder()
  }

  async #open(): Promise<void> {
    this.#isDown = false
    this.#directories = await LogDirectories.open(
      this.#world,
      directorySettings(this.#simulation.random),
      { directories: [path], brokerId: 1, topicSettings: () => this.#settings },
    )
    this.#directories.onOffline = () => {
      this.#isDown = true
    }
    const topicId = 'hMhOfsn3QrO9EGk80VnyFQ'
    this.#log =
      this.#directories.log('orders', 0) ??
      (await this.#directories.create('orders', 0, { topicId }))
    await this.#log.load()
    this.#epoch += 1
    try {
      await this.#log.assignEpoch(this.#epoch)
    } catch (error) {
      // On a full disk the epoch is on the medium no sooner than its first records.
      if (!(error instanceof KafkaError)) throw error
    }
  }

  get #current(): PartitionLog {
    if (this.#log === undefined) throw new Error('the log is open')
    return this.#log
  }

  async #step(): Promise<void> {
    const { random } = this.#simulation
    const dice = random.below(100)
    try {
      if (dice < 50) this.#send(this.#batches.any(this.#moment))
      else if (dice < 58) this.#send(this.#batches.inTransaction(this.#moment))
      else if (dice < 66) await this.#settle()
      else if (dice < 72) await this.#read()
      else if (dice < 77) await this.#flush()
      else if (dice < 82) this.#commit()
      else if (dice < 85) await this.#truncate()
      else if (dice < 88) await this.#deleteRecords()
      else if (dice < 91) await this.#retain()
      else if (dice < 95) await this.#compact()
      else if (dice < 97) await this.#simulation.clock.sleep(random.below(120_000))
      else if (!this.#simulation.extent.fault()) return
      else if (dice < 99) this.#fillDisk()
      else this.#breakDisk()
      if (random.chance(0.3)) await this.#simulation.clock.sleep(random.fraction() * 2)
    } catch (error) {
      if (!(error instanceof KafkaError) || error.name !== 'KAFKA_STORAGE_ERROR') throw error
    }
  }

  // ---- appending ---------------------------------------------------------------------------------------------

  get #moment(): StoryMoment {
    return {
      log: this.#current,
      nowMs: this.#world.clock.now(),
      epoch: this.#epoch,
      crashes: this.crashes,
      isCompacted: this.#isCompacted,
    }
  }

  #send({ bytes, batch }: StoryBatch): void {
    const options = { leaderEpoch: this.#epoch, transactionVersion: 2 }
    const origin = batch.marker === undefined ? 'client' : 'coordinator'
    const answer = this.#current.appendAsLeader(bytes, { ...options, origin })
    bytes.fill(0xee)
    this.#model.append(batch)
    const isDurable = this.#settings['flush.messages'] === 1
    const life = this.crashes
    this.#inFlight.push(
      answer.then(
        (info) => {
          if (life !== this.crashes) return
          if (info.baseOffset !== batch.baseOffset) {
            throw new Error(`offset ${info.baseOffset} instead of ${batch.baseOffset}`)
          }
          this.acknowledged += 1
          this.#model.acknowledge(batch, isDurable)
        },
        (error: unknown) => {
          if (!(error instanceof KafkaError)) throw error
          // A disk that failed may hold it all the same.
          if (life === this.crashes && !this.#isDown) this.#model.refuse(batch)
        },
      ),
    )
  }

  async #settle(): Promise<void> {
    const waiting = this.#inFlight
    this.#inFlight = []
    await Promise.all(waiting)
  }

  // ---- everything else ---------------------------------------------------------------------------------------

  async #read(): Promise<void> {
    const { random } = this.#simulation
    const log = this.#current
    if (log.logEndOffset <= log.logStartOffset) return
    const from = log.logStartOffset + random.below(log.logEndOffset - log.logStartOffset)
    const found = await readAll(log, () => random.below(3000), from)
    if (!this.#isDown) {
      checkBatches(found, this.#model, { required: [], isCompacted: this.#isCompacted })
    }
  }

  async #flush(): Promise<void> {
    const endOffset = this.#current.logEndOffset
    await this.#current.flush()
    if (!this.#isDown) {
      this.#model.durableOffset = Math.max(this.#model.durableOffset, endOffset)
    }
  }

  #commit(): void {
    this.#current.setHighWatermark(this.#current.logEndOffset)
  }

  async #truncate(): Promise<void> {
    const { random } = this.#simulation
    await this.#settle()
    const log = this.#current
    const span = log.logEndOffset - log.logStartOffset
    if (span < 2 || this.#isCompacted) return
    const offset = log.logEndOffset - random.below(Math.min(span, 40))
    this.#model.beginTruncation(offset)
    await log.truncateTo(offset)
    if (this.#isDown) return
    this.#model.endTruncation(offset)
    if (log.logEndOffset !== this.#model.nextOffset) {
      throw new Error(`truncated to ${log.logEndOffset} instead of ${this.#model.nextOffset}`)
    }
    this.#epoch += 1
    await log.assignEpoch(this.#epoch)
  }

  async #deleteRecords(): Promise<void> {
    const { random } = this.#simulation
    const log = this.#current
    this.#commit()
    const span = log.highWatermark - log.logStartOffset
    if (span < 2) return
    const offset = log.logStartOffset + random.below(Math.min(span, 30))
    this.#model.startOffset = Math.max(this.#model.startOffset, offset)
    await log.deleteRecordsBefore(offset)
    if (random.chance(0.5)) await this.#retain()
  }

  async #retain(): Promise<void> {
    this.#commit()
    // What retention takes it may take; the model learns of it by the new start.
    const before = this.#model.startOffset
    this.#model.startOffset = Number.POSITIVE_INFINITY
    try {
      await this.#current.maintain('retention')
    } finally {
      this.#model.startOffset = Math.max(before, this.#current.logStartOffset)
    }
  }

  async #compact(): Promise<void> {
    if (!this.#isCompacted) return
    await this.#settle()
    this.#commit()
    await this.#current.flush()
    await this.#directories?.compact()
  }

  #fillDisk(): void {
    const { disk } = this.#node
    disk.faults.capacityBytes = disk.usedBytes + this.#simulation.random.below(3000)
    this.#simulation.clock.after(200 + this.#simulation.random.below(3000), () => {
      disk.faults.capacityBytes = Number.POSITIVE_INFINITY
    })
  }

  #breakDisk(): void {
    const operations = ['write', 'sync', 'name'] as const
    const operation = operations[this.#simulation.random.below(operations.length)] ?? 'sync'
    this.#node.disk.faults.failOnce({ operation })
  }

  // ---- crashes -----------------------------------------------------------------------------------------------

  async #restart(): Promise<void> {
    const { random } = this.#simulation
    const dice = random.below(10)
    if (!this.#isDown && (dice < 2 || !this.#simulation.extent.fault())) {
      await this.#closeInOrder()
      this.crashes += 1
      await this.#open()
      await this.#check('killed')
      return
    }
    const crash = dice < 4 ? 'killed' : 'power'
    this.#isDown = true
    this.crashes += 1
    this.#node.disk.faults.forgetPlanned()
    this.#node.disk.faults.capacityBytes = Number.POSITIVE_INFINITY
    if (crash === 'killed') this.#node.kill()
    else {
      const fates = ['lost', 'torn', 'random', 'random'] as const
      this.#node.losePower({ unsynced: fates[random.below(fates.length)] ?? 'random' })
    }
    this.#inFlight = []
    this.#world = this.#node.start()
    const { disk } = this.#node
    if (random.chance(0.15)) disk.faults.capacityBytes = disk.usedBytes + random.below(1000)
    await this.#open()
    await this.#check(crash)
    disk.faults.capacityBytes = Number.POSITIVE_INFINITY
  }

  /** After a restart: the log is what the model allows, and from now on exactly that. */
  async #check(crash: 'killed' | 'power'): Promise<void> {
    const { random } = this.#simulation
    const log = this.#current
    const found = await readAll(log, () => random.below(3000))
    const required = this.#model.required(crash)
    const isCompacted = this.#isCompacted
    checkBatches(found, this.#model, { required, isCompacted })
    const requiredEnd = (required.at(-1)?.lastOffset ?? -1) + 1
    if (log.logEndOffset < requiredEnd) {
      throw new Error(`the log ends at ${log.logEndOffset}, before ${requiredEnd}`)
    }
    this.#model.settle(log.logEndOffset)
    this.#model.startOffset = Math.max(this.#model.startOffset, log.logStartOffset)
    if (isCompacted) checkNewest(found, this.#model, log.logEndOffset)
    checkProducers(log, found, this.#model)
  }

  async #closeInOrder(): Promise<void> {
    const { disk } = this.#node
    disk.faults.forgetPlanned()
    disk.faults.capacityBytes = Number.POSITIVE_INFINITY
    await this.#settle()
    // Room and time for the directory to take writes again.
    await this.#simulation.clock.sleep(1000)
    const found = await readAll(this.#current, () => 4096)
    const isCompacted = this.#isCompacted
    checkBatches(found, this.#model, { required: this.#model.required('killed'), isCompacted })
    checkProducers(this.#current, found, this.#model)
    await this.#directories?.close()
    await checkFiles(this.#world, `${path}/${partition}`)
  }
}
