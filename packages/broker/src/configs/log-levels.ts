// The level of the broker's log, changeable while it runs (KIP-412). There is one logger, 'root': everything the broker
// writes goes through it.

import { KafkaError } from '@samsa/protocol'
import type { Logger } from '@samsa/world'

/** Kafka's levels, the most talkative first. */
const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const

type Level = (typeof levels)[number] | 'SILENT'

/** The one logger's name. */
export const rootLogger = 'root'

/** Which lines are written. */
export class LogLevels {
  #level: Level
  #rank: number

  /** `level` is a value of the setting log.level. */
  constructor(level: string) {
    this.#level = levelOf(level) ?? 'SILENT'
    this.#rank = rankOf(this.#level)
  }

  get level(): string {
    return this.#level
  }

  /** Throws INVALID_CONFIG for a level that Kafka does not know; changes nothing when `validateOnly`. */
  set(name: string, text: string, validateOnly: boolean): void {
    if (name !== rootLogger) {
      throw new KafkaError('INVALID_CONFIG', `Logger ${name} does not exist!`)
    }
    const level = levelOf(text)
    if (level === undefined) {
      throw new KafkaError(
        'INVALID_CONFIG',
        `Cannot set the log level of ${name} to ${text} as it is not a supported log level. ` +
          `Valid log levels are ${levels.join(', ')}`,
      )
    }
    if (validateOnly) return
    this.#level = level
    this.#rank = rankOf(level)
  }

  /** A logger that passes on what the level lets through. */
  gate(logger: Logger): Logger {
    const passes = (level: Level): boolean => rankOf(level) >= this.#rank
    return {
      debug: (fields, message) => {
        if (passes('DEBUG')) logger.debug(fields, message)
      },
      info: (fields, message) => {
        if (passes('INFO')) logger.info(fields, message)
      },
      warn: (fields, message) => {
        if (passes('WARN')) logger.warn(fields, message)
      },
      error: (fields, message) => {
        if (passes('ERROR')) logger.error(fields, message)
      },
      child: (fields) => this.gate(logger.child(fields)),
    }
  }
}

function levelOf(text: string): Level | undefined {
  return levels.find((level) => level === text.toUpperCase())
}

function rankOf(level: Level): number {
  return level === 'SILENT' ? levels.length : levels.indexOf(level)
}
