// The logger of simulated processes: keeps the last lines, each with its virtual time and its process.

import type { LogFields, Logger } from '../logger.ts'

/** A line that a simulated process wrote. */
export interface LogLine {
  /** Virtual milliseconds since the start of the simulation. */
  readonly timeMs: number
  readonly process: string
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: LogFields
  readonly message: string
}

/** A logger that hands its lines to `record`. */
export function recordingLogger(
  process: string,
  nowMs: () => number,
  record: (line: LogLine) => void,
  inherited: LogFields = {},
): Logger {
  const at =
    (level: LogLine['level']) =>
    (fields: LogFields, message: string): void => {
      record({ timeMs: nowMs(), process, level, fields: { ...inherited, ...fields }, message })
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => recordingLogger(process, nowMs, record, { ...inherited, ...fields }),
  }
}
