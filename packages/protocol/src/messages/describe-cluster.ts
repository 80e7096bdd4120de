/** DescribeCluster, API key 60. */

import { api, array, bool, int16, int32, int8, string } from '../schema/index.ts'

/** The cluster's id, brokers and controller; admin clients and Connect ask. */
export const DescribeCluster = api(
  60,
  'DescribeCluster',
  { versions: [0, 2], flexible: 0 },
  {
    request: {
      includeClusterAuthorizedOperations: bool,
      /** 1: brokers, 2: controllers. */
      endpointType: int8.since(1).default(1),
      includeFencedBrokers: bool.since(2),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable().default(null),
      endpointType: int8.since(1).default(1),
      clusterId: string,
      controllerId: int32.default(-1),
      brokers: array({
        brokerId: int32,
        host: string,
        port: int32,
        rack: string.nullable().default(null),
        isFenced: bool.since(2),
      }),
      /** Bits of the operations; the smallest int32 where they were not asked for. */
      clusterAuthorizedOperations: int32.default(-2147483648),
    },
  },
)
