// The bugs of replication that the simulation must find.

import type { Mutant } from '../mutants/check-mutants.ts'

/** The bugs that must be found. */
export const clusterMutants: readonly Mutant[] = [
  {
    name: 'acknowledge before the followers have it',
    file: 'broker/src/replicas/high-watermark.ts',
    from: 'for (const { logEndOffset } of inSync) smallest = Math.min(smallest, logEndOffset)',
    to: 'smallest = inSync[0]?.logEndOffset ?? 0',
  },
  {
    name: 'leave slow replicas out before the controller says so',
    file: 'broker/src/replicas/leadership.ts',
    from: 'const counts = this.#isMember(id) ||',
    to: 'const counts = (this.#isMember(id) && nowMs < 0) ||',
  },
  {
    name: 'acknowledge under whatever leadership',
    file: 'broker/src/replicas/partition.ts',
    from: 'if (this.#leadership?.leaderEpoch !== leaderEpoch) {',
    to: 'if (leaderEpoch < 0) {',
  },
  {
    name: 'never truncate after a change of the leader',
    file: 'broker/src/replicas/partition.ts',
    from: 'lastFetchedEpoch: latestEpoch ?? -1',
    to: 'lastFetchedEpoch: Math.min(latestEpoch ?? -1, -1)',
  },
  {
    name: 'count on what a power cut has taken',
    file: 'broker/src/controller/settle-brokers.ts',
    from: "losses.get(id) ?? 'nothing'",
    to: "losses.has(id) ? 'nothing' : 'nothing'",
  },
  {
    name: 'elect any replica that is alive',
    file: 'broker/src/controller/leader-election.ts',
    from: 'const inSync = state.replicas.find((id) => isLive(id) && state.isr.includes(id))',
    to: 'const inSync = state.replicas.find((id) => isLive(id))',
  },
  {
    name: 'acknowledge markers before they are replicated',
    file: 'broker/src/transactions/local-markers.ts',
    from: 'await hosted.committed(await hosted.append(marker, -1, options))',
    to: 'await hosted.append(marker, -1, options)',
  },
  {
    name: 'answer as a leader after the lease',
    file: 'broker/src/controller/broker-lease.ts',
    from: 'if (this.#isCurrent()) return !this.#isBehind',
    to: 'if (this.#isCurrent() || this.#gap >= 0) return true',
  },
  {
    name: 'let a follower join that is not there yet',
    file: 'broker/src/replicas/leadership.ts',
    from: 'return follower.logEndOffset >= highWatermark && follower.logEndOffset >= this.startOffset',
    to: 'return follower.logEndOffset >= Math.min(0, highWatermark)',
  },
  {
    name: 'write as a controller that was replaced',
    file: 'broker/src/controller/command-queue.ts',
    from: "kind: 'check', path: controllerEpochPath, version: epochVersion }",
    to: "kind: 'check', path: controllerEpochPath, version: Math.min(-1, epochVersion) }",
  },
]
