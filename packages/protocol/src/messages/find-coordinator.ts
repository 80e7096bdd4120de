/** FindCoordinator, API key 10. */

import { api, array, int16, int32, int8, string } from '../schema/index.ts'

/**
 * Which broker coordinates a group, a transactional id or a share partition? Asked of any
 * broker.
 */
export const FindCoordinator = api(
  10,
  'FindCoordinator',
  { versions: [0, 6], flexible: 3 },
  {
    request: {
      /** The group or transactional id; versions from 4 on use `coordinatorKeys`. */
      key: string.until(3),
      /** 0: group, 1: transaction, 2: share (`group:topicId:partition`). */
      keyType: int8.since(1).default(0),
      /** Several keys at once (KIP-699). */
      coordinatorKeys: array(string).since(4),
    },
    response: {
      throttleTimeMs: int32.since(1).default(0).ignorable(),
      /** COORDINATOR_NOT_AVAILABLE while the coordinator's partition has no leader. */
      errorCode: int16.until(3).default(0),
      errorMessage: string.nullable().since(1).until(3).ignorable(),
      nodeId: int32.until(3),
      /** Of the listener that the client came in on. */
      host: string.until(3),
      port: int32.until(3),
      coordinators: array({
        key: string,
        nodeId: int32,
        host: string,
        port: int32,
        errorCode: int16.default(0),
        errorMessage: string.nullable().ignorable(),
      }).since(4),
    },
  },
)
