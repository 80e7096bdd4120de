// The controller's writes: commands wait in a queue, as many as fit are decided against one draft and committed as one
// transaction, one transaction at a time. Every transaction checks the controller epoch, so a controller that was replaced
// changes nothing, whatever it still believes.

import type { Coordination, Node, Operation } from '@samsa/coordination'
import { KafkaError } from '@samsa/protocol'
import { type World, WorldError } from '@samsa/world'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import { controllerEpochPath } from '../metadata/paths.ts'
import { MetadataDraft } from './metadata-draft.ts'

/** A transaction holds about this many operations; ZooKeeper limits its bytes. */
const operationsAtOnce = 400

/** A batch that met a state it did not expect is decided anew this many times. */
const mostAttempts = 3

/** Changes the draft and gives the answer, or throws a KafkaError and changes nothing. May be asked again. */
export type Decision<T> = (draft: MetadataDraft) => T

interface Command {
  readonly decide: Decision<unknown>
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
  attempts: number
}

/** What a queue writes with. */
export interface CommandQueueOptions {
  readonly session: Coordination
  readonly metadata: AppliedMetadata
  /** Version of /controller_epoch that this controller gave it. */
  readonly epochVersion: number
  /** Is told once that another controller has taken over. */
  readonly onFenced: () => void
}

/** The single writer. */
export class CommandQueue {
  readonly #world: World
  readonly #options: CommandQueueOptions
  readonly #waiting: Command[] = []
  #running: Promise<void> | undefined
  #ended = false

  constructor(world: World, options: CommandQueueOptions) {
    this.#world = world
    this.#options = options
  }

  /**
   * Carries a command out in turn. Resolves once it is committed and applied to this broker's view. Rejects with the
   * KafkaError that `decide` threw, with NOT_CONTROLLER when this controller was replaced, or with KAFKA_STORAGE_ERROR
   * when coordination cannot write.
   */
  submit<T>(decide: Decision<T>): Promise<T> {
    if (this.#ended) return Promise.reject(notController())
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ decide, resolve: resolve as Command['resolve'], reject, attempts: 0 })
      this.#run()
    })
  }

  /** Turns away what waits and what comes. */
  end(): void {
    this.#ended = true
    for (const command of this.#waiting.splice(0)) command.reject(notController())
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#running
  }

  #run(): void {
    if (this.#running !== undefined) return
    this.#running = this.#carryOut().finally(() => {
      this.#running = undefined
      if (this.#waiting.length > 0) this.#run()
    })
  }

  async #carryOut(): Promise<void> {
    // Commands that arrive together leave together.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#oneBatch()
  }

  async #oneBatch(): Promise<void> {
    const draft = new MetadataDraft(this.#options.metadata, this.#world.clock.now())
    const answers: { readonly command: Command; readonly value: unknown }[] = []
    while (draft.size < operationsAtOnce) {
      const command = this.#waiting.shift()
      if (command === undefined) break
      try {
        answers.push({ command, value: command.decide(draft) })
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error
        command.reject(error)
      }
    }
    const operations = draft.operations()
    if (operations.length > 0) {
      const failure = await this.#commit(operations)
      if (failure === 'decide-again') {
        this.#again(answers.map(({ command }) => command))
        return
      }
      if (failure !== undefined) {
        for (const { command } of answers) command.reject(failure)
        return
      }
    }
    for (const { command, value } of answers) command.resolve(value as never)
  }

  async #commit(
    operations: readonly Operation[],
  ): Promise<KafkaError | 'decide-again' | undefined> {
    const { session, metadata, epochVersion } = this.#options
    const fence: Operation = { kind: 'check', path: controllerEpochPath, version: epochVersion }
    try {
      const result = await session.multi([fence, ...operations])
      if (result.ok) {
        await metadata.caughtUp()
        return undefined
      }
      if (result.index === 0) {
        this.#world.logger.warn({}, 'Another controller has taken over; this one resigns.')
        this.#fenced()
        return notController()
      }
      const operation = operations[result.index - 1]
      this.#world.logger.error(
        { path: operation?.path, kind: operation?.kind, failure: result.failure },
        'A node was not in the state that the only writer left it in; it is read again.',
      )
      await metadata.readAgain()
      return 'decide-again'
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      this.#world.logger.error({ error }, 'Metadata could not be written.')
      if (error.kind === 'full' || error.kind === 'io') {
        return new KafkaError('KAFKA_STORAGE_ERROR', error.message, { cause: error })
      }
      if (session.state === 'closed' || session.state === 'expired') this.#fenced()
      if (this.#ended || error.kind !== 'reset') return notController()
      return await this.#lookUp(operations)
    }
  }

  /** The answer was lost on the way: as nobody else writes these nodes, they say whether the batch was committed. */
  async #lookUp(
    operations: readonly Operation[],
  ): Promise<KafkaError | 'decide-again' | undefined> {
    const { session, metadata } = this.#options
    try {
      const nodes = await session.getAll(operations.map(({ path }) => path))
      await metadata.readAgain()
      const isDone = operations.every((operation, i) => isCarriedOut(operation, nodes[i]))
      return isDone ? undefined : 'decide-again'
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      return notController()
    }
  }

  #again(commands: readonly Command[]): void {
    const retried: Command[] = []
    for (const command of commands) {
      command.attempts++
      if (command.attempts < mostAttempts && !this.#ended) retried.push(command)
      else command.reject(new KafkaError('UNKNOWN_SERVER_ERROR', 'Metadata is not consistent.'))
    }
    this.#waiting.unshift(...retried)
  }

  #fenced(): void {
    if (this.#ended) return
    this.end()
    this.#options.onFenced()
  }
}

function isCarriedOut(operation: Operation, node: Node | undefined): boolean {
  if (operation.kind === 'delete') return node === undefined
  if (operation.kind === 'check') return true
  if (node === undefined || !node.data.equals(operation.data)) return false
  if (operation.kind === 'create' || operation.version === -1) return true
  return node.stat.version === operation.version + 1
}

function notController(): KafkaError {
  return new KafkaError('NOT_CONTROLLER')
}
