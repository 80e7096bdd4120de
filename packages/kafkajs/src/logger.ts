// kafkajs's logger over a creator of the program's, and the client's log lines through it. Without a creator nothing is
// logged.

import type { LogFields, Logger as WorldLogger } from '@samsa/world'
import { logLevel } from './constants.ts'

/** What a log creator's function is given. */
export interface LogEntry {
  readonly namespace: string
  readonly level: logLevel
  readonly label: string
  readonly log: {
    readonly timestamp: string
    readonly logger: string
    readonly message: string
    readonly [key: string]: unknown
  }
}

/** Makes the function that writes entries. */
export type logCreator = (level: logLevel) => (entry: LogEntry) => void

/** Writes log lines, as kafkajs's own. */
export interface Logger {
  info(message: string, extra?: object): void
  error(message: string, extra?: object): void
  warn(message: string, extra?: object): void
  debug(message: string, extra?: object): void
  /** A logger of another namespace that writes to the same place. */
  namespace(namespace: string, level?: logLevel): Logger
  setLogLevel(level: logLevel): void
}

/** An ISO time of a clock's. */
type Timestamp = () => string

const levels = { error: 'ERROR', warn: 'WARN', info: 'INFO', debug: 'DEBUG' } as const

/** The program's logger. */
export function makeLogger(
  creator: logCreator | undefined,
  level: logLevel,
  timestamp: Timestamp,
): Logger {
  const write = creator?.(level)
  const make = (namespace: string, first: logLevel): Logger => {
    let highest = first
    const log = (kind: keyof typeof levels) => {
      return (message: string, extra: object = {}): void => {
        const label = levels[kind]
        if (write === undefined || logLevel[label] > highest) return
        const entry = { timestamp: timestamp(), logger: 'kafkajs', message, ...extra }
        write({ namespace, level: logLevel[label], label, log: entry })
      }
    }
    return {
      error: log('error'),
      warn: log('warn'),
      info: log('info'),
      debug: log('debug'),
      namespace: (name, own) => make(name, own ?? highest),
      setLogLevel: (next) => {
        highest = next
      },
    }
  }
  return make('', level)
}

/** The client's log lines. */
export function worldLogger(logger: Logger, fields: LogFields = {}): WorldLogger {
  return {
    debug: (more, message) => logger.debug(message, { ...fields, ...more }),
    info: (more, message) => logger.info(message, { ...fields, ...more }),
    warn: (more, message) => logger.warn(message, { ...fields, ...more }),
    error: (more, message) => logger.error(message, { ...fields, ...more }),
    child: (more) => worldLogger(logger, { ...fields, ...more }),
  }
}
