// The SCRAM credentials of users (KIP-554): stored as keys from which no password can be read back. One node a user.

import { createHash, createHmac } from 'node:crypto'
import type { Coordination } from '@samsa/coordination'
import { KafkaError } from '@samsa/protocol'
import { updateNode } from '../controller/update-node.ts'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import { NodeFields, nodeData } from '../metadata/node-fields.ts'
import { scramParent, scramPath, userOfScramPath } from '../metadata/paths.ts'

/** Names by Kafka's number. */
export const scramMechanisms: Readonly<Record<number, ScramMechanism>> = {
  1: 'SCRAM-SHA-256',
  2: 'SCRAM-SHA-512',
}

export type ScramMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-512'

const hashes: Readonly<Record<ScramMechanism, string>> = {
  'SCRAM-SHA-256': 'sha256',
  'SCRAM-SHA-512': 'sha512',
}

/** What a server needs to authenticate a user. */
export interface ScramCredential {
  readonly salt: Buffer
  readonly storedKey: Buffer
  readonly serverKey: Buffer
  readonly iterations: number
}

/** Credentials of one user, by mechanism. */
export type ScramCredentials = ReadonlyMap<ScramMechanism, ScramCredential>

/** Sets a credential, or removes it (null). */
export interface ScramAlteration {
  readonly mechanism: ScramMechanism
  readonly credential: ScramCredential | null
}

/** The credential that follows from a salted password. */
export function scramCredential(
  mechanism: ScramMechanism,
  {
    salt,
    saltedPassword,
    iterations,
  }: { salt: Buffer; saltedPassword: Buffer; iterations: number },
): ScramCredential {
  const hash = hashes[mechanism]
  const keyed = (text: string): Buffer => createHmac(hash, saltedPassword).update(text).digest()
  return {
    salt,
    storedKey: createHash(hash).update(keyed('Client Key')).digest(),
    serverKey: keyed('Server Key'),
    iterations,
  }
}

/** Reads and changes SCRAM credentials. */
export class ScramUsers {
  readonly #session: Coordination
  readonly #metadata: AppliedMetadata

  constructor(session: Coordination, metadata: AppliedMetadata) {
    this.#session = session
    this.#metadata = metadata
  }

  /** Undefined for a user without credentials. */
  of(user: string): ScramCredentials | undefined {
    const path = scramPath(user)
    const node = this.#metadata.image.entity(path)
    return node && parseCredentials(path, node.data)
  }

  /** Users that have credentials. */
  names(): string[] {
    return this.#metadata.image.entities(scramParent).map(({ path }) => userOfScramPath(path))
  }

  /** Changes a user's credentials. Rejects with RESOURCE_NOT_FOUND when one that is not there is to be removed. */
  async alter(user: string, alteration: ScramAlteration): Promise<void> {
    const path = scramPath(user)
    const { mechanism, credential } = alteration
    await updateNode(this.#session, path, (node) => {
      const credentials = new Map(node === undefined ? [] : parseCredentials(path, node.data))
      if (credential !== null) credentials.set(mechanism, credential)
      else if (!credentials.delete(mechanism)) {
        throw new KafkaError(
          'RESOURCE_NOT_FOUND',
          'Attempt to delete a user credential that does not exist',
        )
      }
      return {
        data: credentials.size === 0 ? null : formatCredentials(credentials),
        value: undefined,
      }
    })
    await this.#metadata.caughtUp()
  }
}

function formatCredentials(credentials: ScramCredentials): Buffer {
  const encoded = [...credentials].map(([mechanism, credential]) => ({
    mechanism,
    salt: credential.salt.toString('base64'),
    storedKey: credential.storedKey.toString('base64'),
    serverKey: credential.serverKey.toString('base64'),
    iterations: credential.iterations,
  }))
  return nodeData({ credentials: encoded })
}

function parseCredentials(path: string, data: Buffer): ScramCredentials {
  const credentials = new Map<ScramMechanism, ScramCredential>()
  for (const fields of NodeFields.parse(path, data).list('credentials')) {
    const mechanism = fields.string('mechanism')
    if (mechanism !== 'SCRAM-SHA-256' && mechanism !== 'SCRAM-SHA-512') continue
    credentials.set(mechanism, {
      salt: Buffer.from(fields.string('salt'), 'base64'),
      storedKey: Buffer.from(fields.string('storedKey'), 'base64'),
      serverKey: Buffer.from(fields.string('serverKey'), 'base64'),
      iterations: fields.integer('iterations'),
    })
  }
  return credentials
}
