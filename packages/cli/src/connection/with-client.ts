// The options with which a command finds a cluster, the same for all, and a client that lives as long as the command.

import { type Command, InvalidArgumentError } from 'commander'
import { connect, type KafkaClient } from '@samsa/client'
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

/** Runs `action` with a client and closes it. */
export async function withClient<T>(
  flags: ConnectionFlags,
  { environment }: Surroundings,
  action: (client: KafkaClient) => Promise<T>,
): Promise<T> {
  await using client = connect({
    brokers: flags.brokers ?? environment['SAMSA_BROKERS'] ?? defaultBrokers,
    clientId: 'samsa-cli',
    defaultApiTimeoutMs: flags.timeout * 1000,
  })
  return await action(client)
}

function positiveSeconds(value: string): number {
  const number = Number(value)
  if (Number.isFinite(number) && number > 0) return number
  throw new InvalidArgumentError('expected a number of seconds above 0.')
}
