// What every server of a simulated ensemble makes of the log: the tree and the sessions. The same entries give the same
// state everywhere, and every entry takes a zxid, whether it changes something or not.

import type { MultiFailure, MultiResult, Node, NodeStat } from '@samsa/coordination'
import { type Change, ErrorCode, Stage, type Transaction, Tree } from '@samsa/coordination/wire'
import type { Entry } from './messages.ts'

const codes: Readonly<Record<MultiFailure, number>> = {
  'no-node': ErrorCode.noNode,
  'bad-version': ErrorCode.badVersion,
  'node-exists': ErrorCode.nodeExists,
  'not-empty': ErrorCode.notEmpty,
  'ephemeral-parent': ErrorCode.noChildrenForEphemerals,
}

/** What came of an entry. */
export interface Applied {
  readonly errorCode: number
  readonly stats: readonly (NodeStat | undefined)[]
  /** The operation of a multi that failed. */
  readonly failed: { readonly index: number; readonly errorCode: number } | undefined
  /** What watches report: the path, and whether a node was there before and is there now. */
  readonly changes: readonly Reported[]
}

/** A change that watches report. */
export interface Reported {
  readonly path: string
  readonly existed: boolean
  readonly exists: boolean
}

/** Tree and sessions as of one place in the log. */
export class ReplicatedState {
  readonly #tree = new Tree()
  readonly #zxids = [0]
  /** Timeouts of the sessions that there are. */
  readonly sessions = new Map<string, number>()

  /** How many entries it has taken. */
  get length(): number {
    return this.#tree.zxid
  }

  /** Zxid of the last of them. */
  get zxid(): number {
    return this.#zxids[this.length] ?? 0
  }

  get paths(): readonly string[] {
    return this.#tree.descendants('/')
  }

  get(path: string): Node | undefined {
    const node = this.#tree.get(path)
    return node && { ...node, stat: this.#outer(node.stat) }
  }

  children(path: string): readonly string[] | undefined {
    return this.#tree.children(path)
  }

  /** Takes the next entry. */
  apply({ payload, zxid }: Entry): Applied {
    this.#zxids.push(zxid)
    switch (payload.kind) {
      case 'none':
        return this.#skip(ErrorCode.ok)
      case 'create-session':
        this.sessions.set(payload.sessionId, payload.timeoutMs)
        return this.#skip(ErrorCode.ok)
      case 'multi':
      case 'end-session': {
        if (!this.sessions.has(payload.sessionId)) return this.#skip(ErrorCode.sessionExpired)
        if (payload.kind === 'end-session') this.sessions.delete(payload.sessionId)
        return this.#carryOut(payload)
      }
    }
  }

  #skip(errorCode: number): Applied {
    this.#tree.commit(this.length + 1, [])
    return { errorCode, stats: [], failed: undefined, changes: [] }
  }

  #carryOut(transaction: Transaction): Applied {
    const { result, changes } = new Stage(this.#tree).apply(transaction)
    const reported = changes.map(({ path }) => this.#tree.get(path) !== undefined)
    this.#tree.commit(this.length + 1, changes)
    return {
      errorCode: ErrorCode.ok,
      stats: result.ok ? result.stats.map((stat) => stat && this.#outer(stat)) : [],
      failed: failureOf(result),
      changes: changes.flatMap((change, i) => reportOf(change, reported[i] === true)),
    }
  }

  /** The tree counts entries; clients see zxids. */
  #outer(stat: NodeStat): NodeStat {
    const createdZxid = this.#zxids[stat.createdZxid] ?? 0
    return { ...stat, createdZxid, modifiedZxid: this.#zxids[stat.modifiedZxid] ?? 0 }
  }
}

function failureOf(result: MultiResult): Applied['failed'] {
  return result.ok ? undefined : { index: result.index, errorCode: codes[result.failure] }
}

function reportOf({ path, after, reported }: Change, existed: boolean): Reported[] {
  return reported ? [{ path, existed, exists: after !== undefined }] : []
}
