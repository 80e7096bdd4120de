// Pino as our logger. Only binaries call this, and only then is the library loaded: the client and embedded brokers are
// silent and pay nothing. Pretty lines are written by ourselves, in place, instead of in a thread of another library.

import { once } from 'node:events'
import type { DestinationStream } from 'pino'
import type { Logger } from '../logger.ts'

/** How and where a process logs. */
export interface PinoLoggerOptions {
  /** The least level that is written. */
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** A path, or a stream of whole lines; standard output when missing. */
  readonly destination?: string | DestinationStream
  /** Lines for people instead of JSON. */
  readonly pretty?: boolean
}

/** A logger that writes a line of JSON (or for people) per call. */
export async function pinoLogger(options: PinoLoggerOptions): Promise<Logger> {
  const { pino } = await import('pino')
  const stream = typeof options.destination === 'object' ? options.destination : undefined
  const file = typeof options.destination === 'string' ? options.destination : 1
  const opened = stream ?? pino.destination({ dest: file, sync: true, mkdir: true })
  if (stream === undefined && typeof file === 'string') await once(opened as never, 'ready')
  const target = options.pretty === true ? prettyStream(opened) : opened
  const logger: Logger = pino({ level: options.level, base: null }, target)
  return logger
}

const levels: Readonly<Record<number, string>> = {
  20: 'DEBUG',
  30: 'INFO ',
  40: 'WARN ',
  50: 'ERROR',
}

/** `2026-09-21T12:00:00.000Z INFO  The broker has started  port=9092` */
function prettyStream(target: DestinationStream): DestinationStream {
  return {
    write: (line) => {
      const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>
      const pairs = Object.entries(fields).map(([name, value]) => `  ${name}=${shown(value)}`)
      const stamp = new Date(Number(time)).toISOString()
      const stack = isError(err) ? `\n${err.stack}` : ''
      target.write(
        `${stamp} ${levels[Number(level)] ?? String(level)} ${String(msg)}${pairs.join('')}${stack}\n`,
      )
    },
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' && !/[\s="]/.test(value) ? value : JSON.stringify(value)
}

function isError(value: unknown): value is { readonly stack: string } {
  return typeof value === 'object' && value !== null && 'stack' in value
}
