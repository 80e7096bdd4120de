// Our ZooKeeper client against real servers: the contract that the embedded store keeps as well, random programs against
// the model, and what only a real ensemble can show: servers that die, fall silent, and sessions that expire.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Coordination } from '@samsa/coordination'
import { contractCases, runRandomProgram } from '@samsa/coordination/contract'
import type { Suite } from '../runner/suite.ts'
import { nodeWorld } from '@samsa/world/node'
import { SeededRandom } from '@samsa/world/simulated'
import { ensembleCases } from './ensemble-cases.ts'
import { sessionCases } from './session-cases.ts'
import { Sessions } from './sessions.ts'
import { ZooKeeperProcess, zookeeperNeed } from './zookeeper-process.ts'

/** How long a case may take. */
const CASE_MS = 30_000

/** A named test that rejects when it fails. */
type Case = readonly [name: string, run: () => Promise<void>]

/** The suite. */
export const zookeeper: Suite = {
  name: 'zookeeper',
  summary: 'our ZooKeeper client against Apache ZooKeeper, alone and as an ensemble',
  needs: [zookeeperNeed],
  async run({ say }) {
    const directory = mkdtempSync(join(tmpdir(), 'samsa-zookeeper-'))
    const processes: ZooKeeperProcess[] = []
    const failures: string[] = []
    let passed = 0
    const runAll = async (cases: readonly Case[]): Promise<void> => {
      for (const [name, run] of cases) {
        try {
          await Promise.race([run(), tooLong()])
          passed += 1
        } catch (error) {
          failures.push(`${name}: ${error instanceof Error ? error.stack : String(error)}`)
        }
      }
    }
    try {
      const alone = await ZooKeeperProcess.startAll(join(directory, 'alone'), 1)
      processes.push(...alone)
      const sessions = new Sessions(nodeWorld(), alone)
      say('one server: contract')
      await runAll([...contract(sessions), ...programs(sessions)])
      say('one server: sessions')
      await runAll(sessionCases(sessions, alone[0]))
      await sessions.closeAll()
      say('ensemble of three')
      const three = await ZooKeeperProcess.startAll(join(directory, 'three'), 3)
      processes.push(...three)
      const inEnsemble = new Sessions(nodeWorld(), three)
      await runAll([...contract(inEnsemble), ...scattered(inEnsemble)])
      await runAll(ensembleCases(inEnsemble, three))
      await inEnsemble.closeAll()
    } finally {
      for (const process of processes) await process.kill()
      rmSync(directory, { recursive: true, force: true })
    }
    return { passed, failures }
  },
}

function tooLong(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`not over after ${CASE_MS} ms`)), CASE_MS).unref()
  })
}

function contract(sessions: Sessions): Case[] {
  return contractCases.map((contractCase, i) => [
    `contract: ${contractCase.name}`,
    async () => {
      const root = `/contract-${i}`
      const session = await sessions.connect()
      const created = await session.multi([{ kind: 'create', path: root, data: Buffer.alloc(0) }])
      assert.ok(created.ok)
      await contractCase.run(root, session, { connect: () => sessions.connect() })
      await session.close()
    },
  ])
}

/** The sessions of a program at one server each: the same programs that the simulated ensemble is held against. */
function scattered(sessions: Sessions): Case[] {
  return Array.from({ length: 8 }, (_, i) => [
    `random program ${i} of sessions at several servers`,
    async () => {
      let next = i
      const subject = { connect: (): Promise<Coordination> => sessions.connectTo(next++) }
      await runRandomProgram(subject, `/scattered-${i}`, new SeededRandom(i), 100)
    },
  ])
}

function programs(sessions: Sessions): Case[] {
  return Array.from({ length: 8 }, (_, i) => [
    `random program ${i}`,
    async () => {
      const subject = { connect: (): Promise<Coordination> => sessions.connect() }
      await runRandomProgram(subject, `/program-${i}`, new SeededRandom(i), 150)
    },
  ])
}
