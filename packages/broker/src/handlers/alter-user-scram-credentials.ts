// AlterUserScramCredentials (key 51): creates, changes and removes SCRAM credentials (KIP-554). The client sends the
// salted password, so this is for encrypted listeners; what is stored is less than what is sent.

import { AlterUserScramCredentials, KafkaError, type RequestOf } from '@samsa/protocol'
import { type ScramAlteration, scramCredential, scramMechanisms } from '../security/scram-users.ts'
import { clusterResource } from './authorized-operations.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

type Request = RequestOf<typeof AlterUserScramCredentials>

const leastIterations = 4096
const mostIterations = 16_384

/** Changes users' credentials. */
export const alterUserScramCredentials = handle(
  AlterUserScramCredentials,
  async (request, context) => {
    context.authorize('Alter', 'Cluster', clusterResource)
    const { scramUsers } = context.administration
    const users = usersOf(request)
    return {
      results: await Promise.all(
        [...users].map(([user, times]) =>
          settleAsync({ user, errorMessage: null }, async () => {
            if (times > 1) {
              throw new KafkaError(
                'DUPLICATE_RESOURCE',
                'A user credential cannot be altered twice in the same request',
              )
            }
            await scramUsers.alter(user, alterationOf(user, request))
            return {}
          }),
        ),
      ),
    }
  },
  {
    failed: (request, errorCode, errorMessage) => ({
      results: [...usersOf(request).keys()].map((user) => ({ user, errorCode, errorMessage })),
    }),
  },
)

/** How often each user stands in the request. */
function usersOf({ deletions, upsertions }: Request): Map<string, number> {
  const users = new Map<string, number>()
  for (const { name } of [...deletions, ...upsertions]) users.set(name, (users.get(name) ?? 0) + 1)
  return users
}

function alterationOf(user: string, { deletions, upsertions }: Request): ScramAlteration {
  const deletion = deletions.find(({ name }) => name === user)
  const upsertion = upsertions.find(({ name }) => name === user)
  if (user === '') throw new KafkaError('UNACCEPTABLE_CREDENTIAL', 'Username must not be empty')
  const mechanism = scramMechanisms[(deletion ?? upsertion)?.mechanism ?? 0]
  if (mechanism === undefined) {
    throw new KafkaError('UNSUPPORTED_SASL_MECHANISM', 'Unknown SCRAM mechanism')
  }
  if (upsertion === undefined) return { mechanism, credential: null }
  const { iterations, salt, saltedPassword } = upsertion
  if (iterations < leastIterations) {
    throw new KafkaError('UNACCEPTABLE_CREDENTIAL', 'Too few iterations')
  }
  if (iterations > mostIterations) {
    throw new KafkaError('UNACCEPTABLE_CREDENTIAL', 'Too many iterations')
  }
  return { mechanism, credential: scramCredential(mechanism, { salt, saltedPassword, iterations }) }
}
