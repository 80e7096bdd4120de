// The options with which a command finds a cluster, the same for all, and a client that lives as long as the command.

import { type Command, InvalidArgumentError } from 'commander'
import { connect, type KafkaClient } from '@samsa/client'
import { WorldError } from '@samsa/world'
import type { Surroundings } from '../command-line.ts'

/** How to find the cluster, as parsed. */
export interface ConnectionFlags {
  readonly brokers?: string
  readonly timeout: number
}

const defaultBrokers = '127.0.0.1:9092'
const defaultTimeoutSeconds = 10

/** Adds `--brokers` and `--timeout`. */
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
}

/** The brokers to ask first. */
export function brokersOf(flags: ConnectionFlags, { environment }: Surroundings): string {
  return flags.brokers ?? environment['SAMSA_BROKERS'] ?? defaultBrokers
}

/** Runs `action` with a client and closes it. */
export async function withClient<T>(
  flags: ConnectionFlags,
  surroundings: Surroundings,
  action: (client: KafkaClient) => Promise<T>,
): Promise<T> {
  const brokers = brokersOf(flags, surroundings)
  try {
    await using client = connect({
      brokers,
      clientId: 'samsa-cli',
      defaultApiTimeoutMs: flags.timeout * 1000,
    })
    return await action(client)
  } catch (error) {
    throw error instanceof WorldError ? unreachable(error, brokers, flags.timeout) : error
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
