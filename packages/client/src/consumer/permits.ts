// A number of permits that are taken and given back; who comes when there is none waits in line.

/** Permits for work at the same time. */
export class Permits {
  #free: number
  readonly #line: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  /** Undefined when a permit was free, otherwise a promise that resolves with one. */
  take(): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free -= 1
      return undefined
    }
    const turn = Promise.withResolvers<void>()
    this.#line.push(turn.resolve)
    return turn.promise
  }

  give(): void {
    const next = this.#line.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}
