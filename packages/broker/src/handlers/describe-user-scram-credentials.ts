// DescribeUserScramCredentials (key 50): which mechanisms users can log in with (KIP-554); never a key.

import { DescribeUserScramCredentials, KafkaError } from '@samsa/protocol'
import { scramMechanisms, type ScramUsers } from '../security/scram-users.ts'
import { clusterResource } from './authorized-operations.ts'
import { handle } from './handle.ts'
import { settle } from './settle.ts'

/** Describes users' credentials. */
export const describeUserScramCredentials = handle(
  DescribeUserScramCredentials,
  (request, context) => {
    context.authorize('Describe', 'Cluster', clusterResource)
    const { scramUsers } = context.administration
    const asked = request.users?.map(({ name }) => name) ?? []
    const names = asked.length === 0 ? scramUsers.names() : asked
    return {
      errorMessage: '',
      results: [...new Set(names)].map((user) =>
        settle({ user, errorMessage: '', credentialInfos: [] }, () => {
          if (names.filter((name) => name === user).length > 1) {
            throw new KafkaError(
              'DUPLICATE_RESOURCE',
              `Cannot describe SCRAM credentials for the same user twice in a single request: ${user}`,
            )
          }
          return { credentialInfos: infosOf(user, scramUsers) }
        }),
      ),
    }
  },
  { failed: (_request, errorCode, errorMessage) => ({ errorCode, errorMessage, results: [] }) },
)

function infosOf(user: string, users: ScramUsers): { mechanism: number; iterations: number }[] {
  const credentials = users.of(user)
  if (credentials === undefined) {
    throw new KafkaError(
      'RESOURCE_NOT_FOUND',
      `Attempt to describe a user credential that does not exist: ${user}`,
    )
  }
  return Object.entries(scramMechanisms).flatMap(([number, mechanism]) => {
    const credential = credentials.get(mechanism)
    if (credential === undefined) return []
    return [{ mechanism: Number(number), iterations: credential.iterations }]
  })
}
