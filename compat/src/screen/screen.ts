// A terminal that a program draws on and a suite looks at: tmux keeps the screen, as large as one asks, and gives it as
// text. Every screen is a server of its own, so that nobody's sessions are touched.

import { spawnSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import type { Need } from '../runner/suite.ts'

/** What runs on a screen. */
interface ScreenOptions {
  /** A line for the shell. */
  readonly command: string
  readonly columns: number
  readonly rows: number
  readonly cwd: string
  readonly environment: NodeJS.ProcessEnv
}

/** tmux. */
export const screenNeed: Need = {
  what: 'tmux',
  how: 'apt-get install tmux',
  check: () => spawnSync('tmux', ['-V']).status === 0,
  install: () => void spawnSync('apt-get', ['install', '-y', 'tmux'], { stdio: 'inherit' }),
}

let screens = 0

/** A screen and the program on it. */
export class Screen implements Disposable {
  readonly #socket: string

  constructor({ command, columns, rows, cwd, environment }: ScreenOptions) {
    this.#socket = `samsa-${process.pid}-${++screens}`
    // tmux is found on our own path, the program on the one it is given.
    const run = `exec env PATH='${environment['PATH'] ?? ''}' /bin/sh -c "$SCREEN_COMMAND"`
    this.#tmux(
      [
        ...['set-option', '-g', 'remain-on-exit', 'on', ';'],
        ...['new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', cwd, run],
      ],
      { ...environment, PATH: process.env['PATH'] ?? '', SCREEN_COMMAND: command },
    )
  }

  /** What is on it now, without the empty rest of lines. When the program has ended, with what scrolled away. */
  text(): string {
    // tmux says on the last line that the program has ended, and scrolls for that.
    const history = this.isRunning ? [] : ['-S', '-']
    return this.#tmux(['capture-pane', '-p', ...history]).trimEnd()
  }

  /** Types keys. */
  press(keys: string): void {
    this.#tmux(['send-keys', keys])
  }

  /** Whether the program still runs. */
  get isRunning(): boolean {
    return this.#tmux(['list-panes', '-F', '#{pane_dead}']).trim() === '0'
  }

  /** Resolves with the screen when it shows what is wanted, or the program has ended, or time is up. */
  async until(isWanted: (text: string) => boolean, limitMs: number): Promise<string> {
    for (let waitedMs = 0; waitedMs < limitMs && this.isRunning; waitedMs += 100) {
      const text = this.text()
      if (isWanted(text)) return text
      await delay(100)
    }
    return this.text()
  }

  /** Ends the program and forgets the screen. */
  [Symbol.dispose](): void {
    this.#tmux(['kill-server'])
  }

  #tmux(words: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
    const tmux = ['-L', this.#socket, '-f', '/dev/null', '-u', ...words]
    const { status, stdout, stderr } = spawnSync('tmux', tmux, { encoding: 'utf8', env })
    if (status !== 0) throw new Error(`tmux ${words[0]}: ${stderr}`)
    return stdout
  }
}
