/** ControllerRegistration, API key 70. */

import { api, array, bool, int16, int32, string, uint16, uuid } from '../schema/index.ts'

/** A starting KRaft controller registers its endpoints and features with the active one. */
export const ControllerRegistration = api(
  70,
  'ControllerRegistration',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      controllerId: int32,
      incarnationId: uuid,
      zkMigrationReady: bool,
      listeners: array({
        name: string,
        host: string,
        port: uint16,
        securityProtocol: int16,
      }),
      features: array({ name: string, minSupportedVersion: int16, maxSupportedVersion: int16 }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable(),
    },
  },
)
