// SCRAM credentials of users (KIP-554). Only salted passwords leave the client.

import {
  AlterUserScramCredentials,
  DescribeUserScramCredentials,
  KafkaError,
} from '@samsa/protocol'
import { saltedPassword, type ScramMechanism } from '../security/scram.ts'
import type { Desk } from './desk.ts'
import { type AdminCallOptions, checkCode, outcomeOf } from './errand.ts'
import type { Outcomes, Results } from './results.ts'
import { toAnyBroker, toController } from './routes.ts'

const mechanisms = { 'SCRAM-SHA-256': 1, 'SCRAM-SHA-512': 2 } as const

/** A credential that a user has; the secret is not told. */
export interface ScramCredential {
  readonly mechanism: ScramMechanism
  readonly iterations: number
}

/** A user's credentials. */
export interface UserScramCredentials {
  readonly user: string
  readonly credentials: readonly ScramCredential[]
}

/** A credential to be set, or deleted where there is no password. */
export interface ScramCredentialChange {
  readonly user: string
  readonly mechanism: ScramMechanism
  /** Deletes the credential when absent. */
  readonly password?: string
  /** 4096 to 16384; 8192 when absent. */
  readonly iterations?: number
  /** Chosen at random when absent. */
  readonly salt?: Buffer
}

const defaultIterations = 8192
const saltBytes = 24

/** Admin calls about users. */
export class UserAdmin {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** SCRAM credentials of users, or of all that have some; the results are by user. RESOURCE_NOT_FOUND. */
  async describeScram(
    users: readonly string[] = [],
    options: AdminCallOptions = {},
  ): Promise<ReadonlyMap<string, UserScramCredentials | KafkaError>> {
    return await this.#desk.runOne(
      {
        name: 'SCRAM credentials',
        route: toAnyBroker(this.#desk.cluster),
        ask: async (link) => {
          const wanted = users.length === 0 ? null : users.map((name) => ({ name }))
          const answer = await link.send(DescribeUserScramCredentials, { users: wanted })
          checkCode(answer.errorCode, answer.errorMessage)
          const outcomes: Outcomes<string, UserScramCredentials> = new Map()
          for (const result of answer.results) {
            const { user, credentialInfos } = result
            const credentials = credentialInfos.flatMap(({ mechanism, iterations }) => {
              const name = mechanismOf(mechanism)
              return name === undefined ? [] : [{ mechanism: name, iterations }]
            })
            const outcome = outcomeOf(result, { user, credentials })
            outcomes.set(user, outcome)
          }
          return outcomes
        },
      },
      options,
    )
  }

  /** Sets and deletes SCRAM credentials; the results are by `user:mechanism`. UNACCEPTABLE_CREDENTIAL, RESOURCE_NOT_FOUND. */
  alterScram(
    changes: readonly ScramCredentialChange[],
    options: AdminCallOptions = {},
  ): Results<string, void> {
    return this.#desk.run<ScramCredentialChange, string, void>(
      {
        items: changes,
        keyOf: changeKey,
        nameOf: ({ user, mechanism }) => `User ${user}, ${mechanism}`,
        route: toController(this.#desk.cluster),
        ask: async (link, part) => {
          const outcomes: Outcomes<string, void> = new Map()
          for (const round of oneOfEachUser(part)) {
            const answer = await link.send(AlterUserScramCredentials, {
              deletions: round
                .filter(({ password }) => password === undefined)
                .map(({ user, mechanism }) => ({
                  name: user,
                  mechanism: mechanisms[mechanism],
                })),
              upsertions: round.flatMap((change) => this.#upsertion(change)),
            })
            const results = new Map(answer.results.map((result) => [result.user, result]))
            for (const change of round) {
              const result = results.get(change.user)
              const outcome = result === undefined ? undefined : outcomeOf(result, undefined)
              if (result !== undefined) outcomes.set(changeKey(change), outcome)
            }
          }
          return outcomes
        },
      },
      options,
    )
  }

  #upsertion({ user, mechanism, password, ...rest }: ScramCredentialChange) {
    if (password === undefined) return []
    const { iterations = defaultIterations } = rest
    const salt = rest.salt ?? this.#desk.cluster.world.random.bytes(saltBytes)
    const salted = saltedPassword(mechanism, password, { salt, iterations })
    const code = mechanisms[mechanism]
    return [{ name: user, mechanism: code, iterations, salt, saltedPassword: salted }]
  }
}

function changeKey({ user, mechanism }: ScramCredentialChange): string {
  return `${user}:${mechanism}`
}

/** A request may name a user once. */
function oneOfEachUser(changes: readonly ScramCredentialChange[]): ScramCredentialChange[][] {
  const rounds: ScramCredentialChange[][] = []
  for (const changesOfUser of Map.groupBy(changes, ({ user }) => user).values()) {
    for (const [index, change] of changesOfUser.entries()) (rounds[index] ??= []).push(change)
  }
  return rounds
}

function mechanismOf(code: number): ScramMechanism | undefined {
  return code === 1 ? 'SCRAM-SHA-256' : code === 2 ? 'SCRAM-SHA-512' : undefined
}
