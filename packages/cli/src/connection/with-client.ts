// The options with which a command finds a cluster, the same for all, and a client that lives as long as the command.

import { type Command, InvalidArgumentError } from 'commander'
import { connect, type KafkaClient, type PropertyOptions } from '@samsa/client'
import { WorldError } from '@samsa/world'
import type { Surroundings } from '../command-line.ts'
import { collectedPairs } from '../options/values.ts'
import { propertyOptions } from './client-properties.ts'

/** How to find the cluster, as parsed. */
export interface ConnectionFlags {
  readonly brokers?: string
  readonly timeout: number
  /** A file of client properties. */
  readonly commandConfig?: string
  /** Single client properties, which win over the file. */
  readonly X: readonly (readonly [string, string])[]
}

const defaultBrokers = '127.0.0.1:9092'
const defaultTimeoutSeconds = 10

/** Adds `--brokers`, `--timeout`, and what says how to connect. */
export function withConnection(command: Command): Command {
  return command
    .option(
      '-b, --brokers <host:port,…>',
      `brokers to ask first (default: $SAMSA_BROKERS or ${defaultBrokers})`,
    )
    .option(
      '--timeout <seconds>',
      'how long to try before giving up',
      positiveSeconds,
      defaultTimeoutSeconds,
    )
    .option(
      '--command-config <file>',
      'client properties: TLS, SASL, timeouts (default: $SAMSA_COMMAND_CONFIG)',
    )
    .option('-X <key=value>', 'one client property; many times', collectedPairs, [])
}

/** How to reach the cluster: what was typed, then the environment, then the file. */
export async function connectionOf(
  flags: ConnectionFlags,
  { environment }: Surroundings,
): Promise<Omit<PropertyOptions, 'brokers'> & { readonly brokers: string }> {
  const options = await propertyOptions(flags, environment['SAMSA_COMMAND_CONFIG'])
  const said = flags.brokers ?? environment['SAMSA_BROKERS'] ?? options.brokers?.join(',')
  return { ...options, brokers: said ?? defaultBrokers }
}

/** Runs `action` with a client and closes it. */
export async function withClient<T>(
  flags: ConnectionFlags,
  surroundings: Surroundings,
  action: (client: KafkaClient) => Promise<T>,
): Promise<T> {
  const connection = await connectionOf(flags, surroundings)
  try {
    await using client = connect({
      clientId: 'samsa-cli',
      ...connection,
      defaultApiTimeoutMs: flags.timeout * 1000,
    })
    return await action(client)
  } catch (error) {
    throw error instanceof WorldError
      ? unreachable(error, connection.brokers, flags.timeout)
      : error
  }
}

/** In one line what was tried, and for how long; other errors as they are. */
function unreachable(error: WorldError, brokers: string, seconds: number): WorldError {
  if (error.kind !== 'unreachable') return error
  const [, ...reasons] = error.message.split('\n')
  const why = reasons.length === 0 ? '' : ` (${reasons.map((one) => one.trim()).join('; ')})`
  const message = `no answer from ${brokers} within ${seconds} s${why}; is a broker running there?`
  return new WorldError('unreachable', error.subject, message, { cause: error })
}

function positiveSeconds(value: string): number {
  const number = Number(value)
  if (Number.isFinite(number) && number > 0) return number
  throw new InvalidArgumentError('expected a number of seconds above 0.')
}
