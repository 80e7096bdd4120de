// What was asked of a store and what it answered, kept beside a naive model: the judge of a simulation.
//
// Rules it holds: answers come in the order of the calls and are the model's, zxids included; after a crash the store
// is in the state of everything that was acknowledged, possibly with a beginning of what was under way, or of one group
// that was refused after the last acknowledgement; nothing that anybody has seen is gone.

import type { Coordination, MultiResult, Operation } from '@samsa/coordination'
import { Model } from '@samsa/coordination/contract'

interface Call {
  readonly sessionId: string
  /** `undefined` is the end of the session. */
  readonly operations: readonly Operation[] | undefined
  answer?: Answer
}

/** How the store answered: a result, none because a session ended, or an error. */
type Answer =
  | { readonly kind: 'result'; readonly result: MultiResult }
  | { readonly kind: 'ended' }
  | { readonly kind: 'refused'; readonly error: unknown }

/** A state in which the store may be found. */
interface Candidate {
  readonly model: Model
  readonly zxid: number
}

/** The answers of one store over all its lives. */
export class History {
  #model = new Model()
  #zxid = 0
  #pending: Call[] = []
  /** Groups refused since the last acknowledgement, by the error that they share. */
  readonly #refused = new Map<unknown, Call[]>()
  #seenZxid = 0
  #broken: { readonly error: unknown } | undefined
  /** Acknowledged transactions, all lives together. */
  acknowledged = 0

  /** The state that the calls so far lead to if all of them succeed: for making likely calls. */
  get model(): Model {
    return this.#model
  }

  /** A multi, or (`undefined`) the end of a session is being asked for; returns who is told of the answer. */
  called(
    sessionId: string,
    operations: readonly Operation[] | undefined,
  ): (answer: Answer) => void {
    const call: Call = { sessionId, operations }
    this.#pending.push(call)
    return (answer) => {
      call.answer = answer
      this.watch(() => this.#settle())
    }
  }

  /** Runs a judgement outside the story's own flow: `reopened` and `check` tell what it threw. */
  watch(judge: () => void): void {
    try {
      judge()
    } catch (error) {
      this.broken(error)
    }
  }

  /** Something failed that may not. */
  broken(error: unknown): void {
    this.#broken ??= { error }
  }

  /** Throws the first thing that was broken. */
  check(): void {
    if (this.#broken !== undefined) throw this.#broken.error
  }

  /** Somebody has read a node of this zxid: it may never be lost. */
  seen(zxid: number): void {
    this.#seenZxid = Math.max(this.#seenZxid, zxid)
  }

  /** Compares a store that was just opened; `session` is one of its sessions. Makes one acknowledged write. */
  async reopened(session: Coordination): Promise<void> {
    this.check()
    const early = this.#pending.find(({ answer }) => answer !== undefined)
    if (early !== undefined)
      violate(`${tell(early)} was answered before a call that came before it`)
    const found = await stateOf(session)
    const fitting = this.#candidates().filter(({ model, zxid }) => {
      return zxid >= this.#seenZxid && JSON.stringify(model.state()) === found
    })
    if (fitting.length === 0) {
      const wanted = JSON.stringify(this.#model.state())
      violate(`found ${found}, acknowledged were ${wanted} up to zxid ${this.#zxid}`)
    }
    this.#pending = []
    this.#refused.clear()
    const path = `/life-${this.#zxid}`
    const operations: Operation[] = [{ kind: 'create', path, data: Buffer.alloc(0) }]
    const result = await session.multi(operations)
    if (!result.ok) return violate(`${path} could not be created: ${result.failure}`)
    const chosen = fitting.find(({ zxid }) => zxid + 1 === result.zxid)
    if (chosen === undefined) return violate(`zxid ${result.zxid} follows ${this.#zxid}`)
    this.#model = chosen.model
    this.#model.multi('', operations, result.zxid)
    this.#zxid = result.zxid
    this.seen(result.zxid)
  }

  #candidates(): Candidate[] {
    const candidates: Candidate[] = []
    for (const calls of [[], this.#pending, ...this.#refused.values()]) {
      let model = this.#model.clone()
      let zxid = this.#zxid
      candidates.push(withoutSessions(model, zxid))
      for (const call of calls) {
        model = model.clone()
        zxid += changes(model, call, zxid + 1) === true ? 1 : 0
        candidates.push(withoutSessions(model, zxid))
      }
    }
    return candidates
  }

  #settle(): void {
    for (let call = this.#pending[0]; call?.answer !== undefined; call = this.#pending[0]) {
      this.#pending.shift()
      const { answer } = call
      if (answer.kind === 'refused') this.#refuse(call, answer.error)
      else this.#answered(call, answer.kind === 'result' ? answer.result : undefined)
    }
  }

  #answered(call: Call, result: MultiResult | undefined): void {
    const zxid = this.#zxid + 1
    const predicted = changes(this.#model, call, zxid)
    if (typeof predicted === 'object') {
      const { failure, index } = predicted
      if (
        result === undefined ||
        result.ok ||
        result.failure !== failure ||
        result.index !== index
      ) {
        violate(`${tell(call)} gave ${JSON.stringify(result)} and not ${failure} at ${index}`)
      }
      return
    }
    if (result?.ok === false) violate(`${tell(call)} failed with ${result.failure}`)
    if (predicted) {
      this.#zxid = zxid
      this.#refused.clear()
      this.acknowledged += 1
    }
    if (result?.ok === true && result.zxid !== this.#zxid) {
      violate(`${tell(call)} got zxid ${result.zxid}`)
    }
    this.seen(this.#zxid)
  }

  #refuse(call: Call, error: unknown): void {
    const group = this.#refused.get(error)
    if (group === undefined) this.#refused.set(error, [call])
    else group.push(call)
  }
}

/** Everything in the store, as one text. */
async function stateOf(session: Coordination): Promise<string> {
  const paths = await session.descendants('/')
  const nodes = await session.getAll(paths)
  const state: Record<string, unknown> = {}
  for (const [i, node] of nodes.entries()) {
    if (node === undefined) return violate(`${paths[i]} is listed and missing`)
    const { version, ephemeralOwner: owner, createdZxid, modifiedZxid } = node.stat
    state[node.path] = { data: node.data.toString(), version, owner, createdZxid, modifiedZxid }
  }
  return JSON.stringify(state)
}

/** Whether a call changes the model, or how it fails. */
function changes(
  model: Model,
  call: Call,
  zxid: number,
): boolean | { failure: string; index: number } {
  if (call.operations === undefined) return model.endSession(call.sessionId).length > 0
  const failure = model.multi(call.sessionId, call.operations, zxid)
  if (failure !== undefined) return failure
  return call.operations.some(({ kind }) => kind !== 'check')
}

function withoutSessions(before: Model, zxid: number): Candidate {
  const model = before.clone()
  return { model, zxid: model.endSession().length > 0 ? zxid + 1 : zxid }
}

function tell({ operations }: Call): string {
  if (operations === undefined) return 'the end of a session'
  return operations.map(({ kind, path }) => `${kind} ${path}`).join(' + ')
}

function violate(what: string): never {
  throw new Error(`Violation: ${what}`)
}
