// Who keeps the metadata of a cluster that is being started: a store in this process, or a ZooKeeper ensemble. What comes of
// it are sessions, one after another for each broker; a broker does not know which it has.

import { EmbeddedStore } from '@samsa/coordination'
import type { World } from '@samsa/world'
import type { Connect } from '../metadata/renewed-session.ts'
import type { CoordinationPlan } from './broker-options.ts'

/** Coordination, open. */
export interface OpenCoordination {
  /** Opens a session for a broker whose world this is. */
  connect(world: World): ReturnType<Connect>
  /** How long changes gather before they are read, in milliseconds. */
  readonly debounceMs: number
  /** How long a registration of a life that was killed may stand, in milliseconds. */
  readonly staleRegistrationMs: number
  close(): Promise<void>
}

/** Events of one transaction come in one read of the socket; more than that is not worth waiting for. */
const zookeeperDebounceMs = 2

/** Opens it. Rejects with WorldError. */
export async function openCoordination(
  world: World,
  plan: CoordinationPlan,
): Promise<OpenCoordination> {
  if (plan.kind === 'embedded') {
    const store = await EmbeddedStore.open(world, { directory: plan.directory })
    return {
      connect: async () => store.connect(),
      debounceMs: 0,
      staleRegistrationMs: 0,
      close: () => store.close(),
    }
  }
  // Loaded only where it is used: a broker alone starts faster and smaller without it.
  const { ZooKeeperSession } = await import('@samsa/coordination/zookeeper')
  const { options } = plan
  return {
    connect: (brokerWorld) => ZooKeeperSession.connect(brokerWorld, options),
    debounceMs: zookeeperDebounceMs,
    staleRegistrationMs: 2 * (options.sessionTimeoutMs ?? 0),
    close: async () => {},
  }
}
