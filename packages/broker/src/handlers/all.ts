// Every API this broker serves: the table of contents of the folder, in order of key.

import { alterReplicaLogDirs } from './alter-replica-log-dirs.ts'
import { apiVersions } from './api-versions.ts'
import { deleteRecords } from './delete-records.ts'
import { describeLogDirs } from './describe-log-dirs.ts'
import { describeProducers } from './describe-producers.ts'
import { fetch } from './fetch.ts'
import type { Handler } from './handle.ts'
import { listOffsets } from './list-offsets.ts'
import { offsetForLeaderEpoch } from './offset-for-leader-epoch.ts'
import { produce } from './produce.ts'
import { saslHandshake } from './sasl-handshake.ts'

/** All handlers; what is not here is not advertised. */
export const handlers: readonly Handler[] = [
  produce,
  fetch,
  listOffsets,
  saslHandshake,
  apiVersions,
  deleteRecords,
  offsetForLeaderEpoch,
  alterReplicaLogDirs,
  describeLogDirs,
  describeProducers,
]
