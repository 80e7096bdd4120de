// `samsa start`: a broker until a signal ends it. Three lines say what it is, where its data lies and where it listens;
// everything else that happens goes to standard error as log lines.

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Cluster, startCluster } from '@samsa/broker'
import { SettingsError, type SettingsSources } from '@samsa/settings'
import { WorldError } from '@samsa/world'
import { LateLogger, type LogLevel } from './late-logger.ts'
import type { ExitCode } from '../../command-line.ts'
import type { StartFlags } from './command.ts'
import { samsaVersion } from '../../version.ts'

const defaultDirectory = 'data'
const defaultHost = '127.0.0.1'
const defaultPort = 9092

/** Runs brokers until SIGTERM or SIGINT; resolves to the exit code. */
export async function start(flags: StartFlags): Promise<ExitCode> {
  const directory = resolve(flags.data ?? defaultDirectory)
  let cluster: Cluster
  try {
    cluster = await open(flags, directory)
  } catch (error) {
    const message = reason(error)
    if (message === undefined) throw error
    process.stderr.write(`samsa: ${message}\n`)
    return 1
  }
  const addresses = cluster.brokers.flatMap((broker) => broker.listeners)
  process.stdout.write(`Samsa ${samsaVersion()}\n`)
  process.stdout.write(flags.memory === true ? 'data in memory\n' : `data in ${directory}\n`)
  const places = addresses.map(({ host, port }) => `${host}:${port}`).join(', ')
  process.stdout.write(`listening on ${places}\n`)
  return untilSignal(cluster)
}

async function open(flags: StartFlags, directory: string): Promise<Cluster> {
  const sources: SettingsSources = {
    environment: process.env,
    set: [...addressOf(flags), ...membershipOf(flags), ...flags.set],
    ...(flags.config === undefined ? {} : { file: await configuration(flags.config) }),
  }
  return startCluster({
    brokers: flags.brokers,
    port: flags.port ?? defaultPort,
    host: flags.host ?? defaultHost,
    directory,
    memory: flags.memory === true,
    sources,
    logger: new LateLogger(levelOf(flags)),
  })
}

async function configuration(path: string): Promise<{ name: string; content: Uint8Array }> {
  try {
    return { name: path, content: await readFile(path) }
  } catch (cause) {
    throw new WorldError('not-found', path, `cannot read ${path}: ${codeOf(cause)}`, { cause })
  }
}

/** An address said on the command line wins over the listeners of a file; with several brokers the ports are counted on. */
function addressOf({ host, port, brokers }: StartFlags): string[] {
  if (brokers > 1 || (host === undefined && port === undefined)) return []
  return [`listeners=PLAINTEXT://${host ?? defaultHost}:${port ?? defaultPort}`]
}

/** A cluster on ZooKeeper, and who this broker is in it. */
function membershipOf({ zookeeper, id }: StartFlags): string[] {
  return [
    ...(zookeeper === undefined ? [] : [`zookeeper.connect=${zookeeper}`]),
    ...(id === undefined ? [] : [`broker.id=${id}`]),
  ]
}

/** The terminal belongs to three lines: without `log.level` only warnings and errors are shown. */
function levelOf({ set }: StartFlags): LogLevel {
  const said = set.findLast((pair) => pair.startsWith('log.level='))?.slice('log.level='.length)
  const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']
  return levels.find((level) => level === said?.toLowerCase()) ?? 'warn'
}

function codeOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''
}

/** What to tell the user, or `undefined` when it is not theirs to mend. */
function reason(error: unknown): string | undefined {
  return error instanceof SettingsError || error instanceof WorldError ? error.message : undefined
}

/** The first signal ends in order; the second at once, which is always safe. */
async function untilSignal(cluster: Cluster): Promise<ExitCode> {
  await new Promise<void>((done) => {
    let signals = 0
    const stop = (): void => {
      if (++signals > 1) process.exit(1)
      done()
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
  await cluster.close()
  process.stdout.write('stopped\n')
  return 0
}
