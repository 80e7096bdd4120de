// Every API this broker serves: the table of contents of the folder, in order of key.

import { consumerGroupDescribe } from './consumer-group-describe.ts'
import { consumerGroupHeartbeat } from './consumer-group-heartbeat.ts'
import { deleteGroups } from './delete-groups.ts'
import { describeGroups } from './describe-groups.ts'
import { findCoordinator } from './find-coordinator.ts'
import type { Handler } from './handle.ts'
import { heartbeat } from './heartbeat.ts'
import { joinGroup } from './join-group.ts'
import { leaveGroup } from './leave-group.ts'
import { listGroups } from './list-groups.ts'
import { offsetCommit } from './offset-commit.ts'
import { offsetDelete } from './offset-delete.ts'
import { offsetFetch } from './offset-fetch.ts'
import { syncGroup } from './sync-group.ts'

/** All handlers; what is not here is not advertised. */
export const handlers: readonly Handler[] = [
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  describeGroups,
  listGroups,
  deleteGroups,
  offsetDelete,
  consumerGroupHeartbeat,
  consumerGroupDescribe,
]
