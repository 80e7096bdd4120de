/** FindCoordinator, API key 10. */

import { api, array, int16, int32, int8, string } from '../schema/index.ts'

/** ? */
export const FindCoordinator = api(
  10,
  'FindCoordinator',
  { versions: [0, 6], flexible: 3 },
  {
    request: {
      key: string.until(3),
      keyType: int8.since(1).default(0),
      coordinatorKeys: array(string).since(4),
    },
    response: {
      throttleTimeMs: int32.since(1).default(0).ignorable(),
      errorCode: int16.until(3).default(0),
      errorMessage: string.nullable().since(1).until(3).ignorable(),
      nodeId: int32.until(3),
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
