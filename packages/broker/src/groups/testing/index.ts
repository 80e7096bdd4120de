// What simulations of the group coordinator are made of: the coordinator itself, and a world that is moved by hand.

export { fakeWorld } from '../../coordinators/testing/fake-world.ts'
export { ManualClock } from '../../coordinators/testing/manual-clock.ts'
export type {
  CoordinatorPartitions,
  LeadershipListener,
} from '../../replicas/coordinator-partitions.ts'
export { GroupCoordinator } from '../group-coordinator.ts'
export { FakeMetadata, FakeSettings } from './fake-cluster.ts'
