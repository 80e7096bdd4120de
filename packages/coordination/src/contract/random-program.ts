// Random programs: several sessions act in turns, every answer and every report of a watch is compared with the model.

import assert from 'node:assert/strict'
import type { Random } from '@samsa/world'
import type { Coordination, Node, Operation } from '../coordination.ts'
import { type ContractSubject, create, succeeded } from './cases.ts'
import { Model } from './model.ts'
import { randomOperations, randomPath } from './random-operations.ts'

/** What a program has come to: its sessions, the model, and what a watch of its root was told and should have been. */
interface Program {
  readonly root: string
  readonly random: Random
  readonly subject: ContractSubject
  readonly observer: Coordination
  readonly sessions: Coordination[]
  readonly model: Model
  readonly told: string[]
  readonly expected: string[]
}

/** Runs `steps` random steps below `root`, which must not exist. Rejects with the first difference. */
export async function runRandomProgram(
  subject: ContractSubject,
  root: string,
  random: Random,
  steps: number,
): Promise<void> {
  const observer = await subject.connect()
  const sessions = [await subject.connect(), await subject.connect()]
  const program: Program = {
    root,
    random,
    subject,
    observer,
    sessions,
    model: new Model(),
    told: [],
    expected: [],
  }
  const { zxid } = succeeded(await observer.multi([create(root, '')]))
  program.model.multi('', [create(root, '')], zxid)
  const listener = { changed: (path: string) => program.told.push(path), resync: () => {} }
  await observer.watch(root, listener)
  for (let step = 0; step < steps; step++) {
    await takeStep(program)
    if (step % 16 === 0) await compare(program)
  }
  await compare(program)
  for (const session of [...program.sessions, observer]) await session.close()
}

async function takeStep(program: Program): Promise<void> {
  const { random, root, sessions, model, subject } = program
  const index = random.below(sessions.length)
  const session = sessions[index]
  assert.ok(session !== undefined)
  const chance = random.below(20)
  if (chance === 0) {
    const gone = model.endSession(session.sessionId)
    await session.close()
    // In which order the nodes of a session go is nobody's promise.
    await program.observer.sync()
    const told = gone.length === 0 ? [] : program.told.splice(-gone.length)
    program.told.push(...told.toSorted())
    program.expected.push(...gone)
    sessions[index] = await subject.connect()
  } else if (chance < 3) {
    await session.sync()
    const path = randomPath(random, root)
    assert.deepEqual(await session.children(path), model.children(path), `children of ${path}`)
  } else {
    await change(program, session)
  }
}

async function change(program: Program, session: Coordination): Promise<void> {
  const { random, root, model } = program
  const operations = randomOperations(random, root, model)
  const result = await session.multi(operations)
  const failure = model.multi(session.sessionId, operations, result.ok ? result.zxid : -1)
  const story = operations.map(({ kind, path }) => `${kind} ${path}`).join(', ')
  assert.deepEqual(result.ok ? undefined : result, failure && { ok: false, ...failure }, story)
  if (failure === undefined) program.expected.push(...reported(operations))
}

function reported(operations: readonly Operation[]): string[] {
  return operations.filter(({ kind }) => kind !== 'check').map(({ path }) => path)
}

async function compare({ root, model, told, expected, observer }: Program): Promise<void> {
  await observer.sync()
  assert.deepEqual(told.slice(), expected)
  const paths = [root, ...(await observer.descendants(root))]
  assert.deepEqual(paths, model.paths())
  const nodes = await observer.getAll(paths)
  for (const node of nodes) compareNode(model, node)
}

function compareNode(model: Model, node: Node | undefined): void {
  assert.ok(node !== undefined)
  const { path, data, stat } = node
  const { childCount, ephemeralOwner: owner, ...rest } = stat
  assert.deepEqual({ data: data.toString(), owner, ...rest }, model.get(path), path)
  assert.equal(childCount, model.children(path)?.length, path)
}
