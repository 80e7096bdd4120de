// Structured logging: fields first, a constant sentence second. Shaped so that a pino logger is one without adapter.

/** Data that belongs to a log line. */
export type LogFields = Readonly<Record<string, unknown>>

/** Writes log lines. `error` is for what an operator must act upon, `warn` for what they may have to. */
export interface Logger {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger
}

/** Drops everything. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
}
