// A logger that loads its library when there is something to say: most starts say nothing, and pay nothing.

import type { LogFields, Logger } from '@samsa/world'

/** From most to least. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Lines for people on a terminal's standard error, JSON elsewhere; nothing below `level`. */
export class LateLogger implements Logger {
  readonly #level: number
  readonly #fields: LogFields
  readonly #target: Target

  constructor(level: LogLevel, fields: LogFields = {}, target: Target = new Target()) {
    this.#level = order.indexOf(level)
    this.#fields = fields
    this.#target = target
  }

  debug(fields: LogFields, message: string): void {
    this.#write('debug', fields, message)
  }

  info(fields: LogFields, message: string): void {
    this.#write('info', fields, message)
  }

  warn(fields: LogFields, message: string): void {
    this.#write('warn', fields, message)
  }

  error(fields: LogFields, message: string): void {
    this.#write('error', fields, message)
  }

  child(fields: LogFields): Logger {
    const level = order[this.#level] ?? 'warn'
    return new LateLogger(level, { ...this.#fields, ...fields }, this.#target)
  }

  #write(level: LogLevel, fields: LogFields, message: string): void {
    if (order.indexOf(level) < this.#level) return
    this.#target.write(level, { ...this.#fields, ...fields }, message)
  }
}

/** Where lines wait until the library is there. */
class Target {
  #logger: Logger | undefined
  #waiting: (() => void)[] | undefined

  write(level: LogLevel, fields: LogFields, message: string): void {
    if (this.#logger !== undefined) return this.#logger[level](fields, message)
    if (this.#waiting === undefined) {
      this.#waiting = []
      void this.#load()
    }
    this.#waiting.push(() => this.#logger?.[level](fields, message))
  }

  async #load(): Promise<void> {
    const { pinoLogger } = await import('@samsa/world/node')
    const pretty = process.stderr.isTTY === true
    const destination = { write: (line: string) => void process.stderr.write(line) }
    this.#logger = await pinoLogger({ level: 'debug', pretty, destination })
    for (const write of this.#waiting ?? []) write()
    this.#waiting = []
  }
}
