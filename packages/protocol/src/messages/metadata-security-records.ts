/** ACLs, tokens and credentials in KRaft's `__cluster_metadata` log. */

import { array, bytes, int32, int64, int8, message, string, uuid } from '../schema/index.ts'

/** An ACL was added. */
export const AccessControlEntryRecord = message(
  'AccessControlEntryRecord',
  { versions: [0, 0], flexible: 0, recordType: 18 },
  {
    id: uuid,
    resourceType: int8,
    resourceName: string,
    patternType: int8,
    principal: string,
    host: string,
    operation: int8,
    permissionType: int8,
  },
)

/** An ACL was removed. */
export const RemoveAccessControlEntryRecord = message(
  'RemoveAccessControlEntryRecord',
  { versions: [0, 0], flexible: 0, recordType: 19 },
  { id: uuid },
)

/** A delegation token was created or changed. */
export const DelegationTokenRecord = message(
  'DelegationTokenRecord',
  { versions: [0, 0], flexible: 0, recordType: 10 },
  {
    owner: string,
    requester: string,
    renewers: array(string),
    issueTimestamp: int64,
    maxTimestamp: int64,
    expirationTimestamp: int64,
    tokenId: string,
  },
)

/** A delegation token was removed. */
export const RemoveDelegationTokenRecord = message(
  'RemoveDelegationTokenRecord',
  { versions: [0, 0], flexible: 0, recordType: 26 },
  { tokenId: string },
)

/** A user's SCRAM credential was set. */
export const UserScramCredentialRecord = message(
  'UserScramCredentialRecord',
  { versions: [0, 0], flexible: 0, recordType: 11 },
  {
    name: string,
    mechanism: int8,
    salt: bytes,
    storedKey: bytes,
    serverKey: bytes,
    iterations: int32,
  },
)

/** A user's SCRAM credential was removed. */
export const RemoveUserScramCredentialRecord = message(
  'RemoveUserScramCredentialRecord',
  { versions: [0, 0], flexible: 0, recordType: 22 },
  { name: string, mechanism: int8 },
)
