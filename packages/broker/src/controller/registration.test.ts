// A broker that says it has registered is registered, in the session it has now.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Coordination, Operation } from '@samsa/coordination'
import { WorldError } from '@samsa/world'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import { brokerPath } from '../metadata/paths.ts'
import { Registration } from './registration.ts'
import { MemoryCluster } from './testing/memory-cluster.ts'

const spec = {
  brokerId: 7,
  endpoints: new Map(),
  rack: null,
  earlierLife: { lastShutdown: 'none' as const, bootId: '' },
  staleRegistrationMs: 0,
}

test('a session that expires while a broker registers takes nothing away from it', async () => {
  await using cluster = await MemoryCluster.open()
  await cluster.start(1)
  const { store, world } = cluster
  let current = store.connect()
  const session = new Proxy({} as Coordination, {
    get: (_, name) => {
      const value: unknown = Reflect.get(current, name)
      return typeof value === 'function' ? value.bind(current) : value
    },
  })
  let looks = 0
  const metadata = {
    caughtUp: async () => {
      if (++looks > 1) return
      await current.close()
      current = store.connect()
    },
  } as unknown as AppliedMetadata
  await Registration.open(world, session, metadata, spec)
  const node = await current.get(brokerPath(7))
  assert.equal(node?.stat.ephemeralOwner, current.sessionId)
  // Registering once more, as after an expiry that was noticed late, replaces what stands there.
  await Registration.open(world, session, metadata, spec)
  const next = await current.get(brokerPath(7))
  assert.ok(next !== undefined && next.stat.createdZxid > node.stat.createdZxid)
})

test('a lost connection does not keep a broker from saying that it is about to stop', async () => {
  await using cluster = await MemoryCluster.open()
  await cluster.start(1)
  const { store, world } = cluster
  const session = store.connect()
  let answersToLose = 0
  const lossy = new Proxy(session, {
    get: (target, name) => {
      if (name !== 'multi') {
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      }
      return async (operations: readonly Operation[]) => {
        const result = await target.multi(operations)
        if (answersToLose-- > 0) throw new WorldError('reset', 'here', 'The connection was lost.')
        return result
      }
    },
  })
  const metadata = {
    caughtUp: () => Promise.resolve(),
    topics: () => [],
  } as unknown as AppliedMetadata
  const registration = await Registration.open(world, lossy, metadata, spec)
  answersToLose = 2
  await registration.drain()
  const node = await session.get(brokerPath(7))
  assert.match(node?.data.toString() ?? '', /draining/)
})
