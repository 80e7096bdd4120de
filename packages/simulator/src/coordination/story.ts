// One seed's story: an embedded store lives several lives on one disk. Clients change it, the disk fails and fills up,
// the process is killed and the power goes, at any moment, the moment of opening included. The history judges.

import {
  type Coordination,
  EmbeddedStore,
  type MultiResult,
  type Operation,
} from '@samsa/coordination'
import { randomOperations } from '@samsa/coordination/contract'
import { type Disk, WorldError } from '@samsa/world'
import {
  type SeededRandom,
  type SimulatedNode,
  simulate,
  type Simulation,
  type SimulationOptions,
} from '@samsa/world/simulated'
import { History } from './history.ts'

const directory = '/data/coordination'

/** What a story may be told. */
export interface StoryOptions extends SimulationOptions {
  /** Puts something between the store and the disk: how the judge itself is tested. */
  readonly through?: (disk: Disk) => Disk
}

/** What came of a story. */
export interface StoryEnd {
  readonly acknowledged: number
  readonly crashes: number
  readonly traceHash: string
}

/** Which faults this seed has: each seed a random subset, so that none can hide another. */
interface Plan {
  readonly failing: boolean
  readonly filling: boolean
  readonly closesSessions: boolean
  readonly snapshotAfterBytes: number
}

/** How far a life has come. */
interface Life {
  /** The clients make no more calls. */
  isStopping: boolean
  /** Nobody hears answers any more. */
  isOver: boolean
}

/** Runs the story of a seed; rejects with the first violation. */
export async function tellStory(seed: number, options: StoryOptions = {}): Promise<StoryEnd> {
  const { value, traceHash } = await simulate(
    seed,
    (simulation) => new Story(simulation, options).tell(),
    options,
  )
  return { ...value, traceHash }
}

class Story {
  readonly #simulation: Simulation
  readonly #random: SeededRandom
  readonly #node: SimulatedNode
  readonly #options: StoryOptions
  readonly #plan: Plan
  readonly #history = new History()
  #crashes = 0

  constructor(simulation: Simulation, options: StoryOptions) {
    this.#simulation = simulation
    this.#random = simulation.random
    this.#node = simulation.node('store')
    this.#options = options
    const random = this.#random
    const failing = random.chance(0.4)
    this.#plan = {
      failing,
      filling: random.chance(0.3),
      // The end of a session that the disk refuses is tried again later, at a moment nobody is told of.
      closesSessions: !failing && random.chance(0.5),
      snapshotAfterBytes: 100 + random.below(4000),
    }
    this.#node.disk.faults.sectorBytes = random.chance(0.5) ? 512 : 4096
  }

  async tell(): Promise<{ acknowledged: number; crashes: number }> {
    const lives = this.#simulation.extent.of(3 + this.#random.below(6))
    for (let life = lives; life > 0; life--) {
      const store = await this.#open()
      await this.#history.reopened(store.connect())
      this.#spoilDisk()
      if (this.#plan.filling && this.#random.chance(0.5)) this.#fillDisk()
      await this.#live(store)
      this.#healDisk()
    }
    await (await this.#open()).close()
    this.#history.check()
    return { acknowledged: this.#history.acknowledged, crashes: this.#crashes }
  }

  /** Opens the store, through failures and crashes of the opening itself; the last attempt has a sound disk. */
  async #open(): Promise<EmbeddedStore> {
    while (this.#random.chance(0.3) && this.#simulation.extent.fault()) {
      this.#spoilDisk()
      const crash = this.#random.chance(0.7)
      const opening = this.#openOnce().then(
        (store) => this.#look(store),
        (error: unknown) => {
          if (!(error instanceof WorldError)) throw error
          return undefined
        },
      )
      if (crash) {
        await Promise.race([opening, this.#simulation.clock.sleep(this.#random.between(0, 8))])
        this.#crash()
      } else {
        const store = await opening
        if (store !== undefined) {
          this.#healDisk()
          return store
        }
      }
      this.#healDisk()
    }
    return this.#openOnce()
  }

  /** What anybody reads of a store that was just opened may not be lost either, before any write. */
  async #look(store: EmbeddedStore): Promise<EmbeddedStore> {
    const session = store.connect()
    for (const node of await session.getAll(await session.descendants('/'))) {
      if (node !== undefined) this.#history.seen(node.stat.modifiedZxid)
    }
    return store
  }

  #openOnce(): Promise<EmbeddedStore> {
    const world = this.#node.start()
    const disk = this.#options.through?.(world.disk) ?? world.disk
    const { snapshotAfterBytes } = this.#plan
    return EmbeddedStore.open({ ...world, disk }, { directory, snapshotAfterBytes })
  }

  /** Clients work until the crash, or until the store is closed in order. */
  async #live(store: EmbeddedStore): Promise<void> {
    const life: Life = { isStopping: false, isOver: false }
    const clients = 1 + this.#random.below(4)
    for (let i = 0; i < clients; i++) {
      this.#client(store, life).catch((error: unknown) => {
        if (!life.isStopping || !(error instanceof WorldError)) this.#history.broken(error)
      })
    }
    await this.#simulation.clock.sleep(this.#random.between(1, 120))
    life.isStopping = true
    if (this.#random.chance(0.2) || !this.#simulation.extent.fault()) {
      this.#healDisk()
      await store.close()
      life.isOver = true
    } else {
      life.isOver = true
      this.#crash()
    }
  }

  async #client(store: EmbeddedStore, life: Life): Promise<void> {
    const random = this.#random
    let session = store.connect()
    await session.watch('/', { changed: () => {}, resync: () => {} })
    while (!life.isStopping) {
      for (let i = random.below(5); i >= 0; i--) {
        const operations = randomOperations(random, '', this.#history.model)
        this.#call(session.sessionId, operations, session.multi(operations), life)
      }
      if (random.chance(0.3)) await this.#read(session, life)
      if (life.isStopping) return
      if (this.#plan.closesSessions && random.chance(0.1)) {
        this.#call(session.sessionId, undefined, session.close(), life)
        session = store.connect()
      }
      await this.#simulation.clock.sleep(random.between(0, 6))
    }
  }

  /** Tells the history of a call, and of its answer if that comes while anybody is there to hear it. */
  #call(
    sessionId: string,
    operations: readonly Operation[] | undefined,
    answering: Promise<MultiResult | void>,
    life: Life,
  ): void {
    const answer = this.#history.called(sessionId, operations)
    answering.then(
      (result) => {
        if (life.isOver) return
        answer(result === undefined ? { kind: 'ended' } : { kind: 'result', result })
      },
      (error: unknown) => {
        if (life.isOver) return
        if (!(error instanceof WorldError)) this.#history.broken(error)
        answer({ kind: 'refused', error })
      },
    )
  }

  async #read(session: Coordination, life: Life): Promise<void> {
    const [path] = await session.descendants('/')
    const node = await session.get(path ?? '/')
    if (node !== undefined && !life.isOver) this.#history.seen(node.stat.modifiedZxid)
  }

  #crash(): void {
    this.#crashes += 1
    const random = this.#random
    if (random.chance(0.3)) {
      this.#node.kill()
      return
    }
    const fates = ['kept', 'lost', 'torn', 'random'] as const
    this.#node.losePower({ unsynced: fates[random.below(fates.length)] ?? 'random' })
  }

  #spoilDisk(): void {
    if (!this.#plan.failing) return
    const { failure } = this.#node.disk.faults
    failure.write = this.#random.chance(0.5) ? 0.05 : 0
    failure.sync = this.#random.chance(0.5) ? 0.05 : 0
    failure.name = this.#random.chance(0.5) ? 0.05 : 0
    failure.read = this.#random.chance(0.3) ? 0.05 : 0
  }

  #fillDisk(): void {
    const { faults, usedBytes } = this.#node.disk
    faults.capacityBytes = usedBytes + this.#random.below(3000)
  }

  #healDisk(): void {
    const { faults } = this.#node.disk
    Object.assign(faults.failure, { read: 0, write: 0, sync: 0, name: 0 })
    faults.capacityBytes = Infinity
  }
}
