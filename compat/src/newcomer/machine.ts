// The machine of somebody who has never been here: a path with nothing on it but the system's Node, npm and a shell.

import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdirSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The first program of that name outside of our own packages, which npm puts in front of the path. */
function systemProgram(name: string): string {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder.includes('node_modules')) continue
    try {
      accessSync(join(folder, name), constants.X_OK)
      return join(folder, name)
    } catch {
      // Further on.
    }
  }
  throw new Error(`there is no ${name} on the path`)
}

/** Makes `directory` the only folder of programs, and gives the environment that says so. */
export function newcomerEnvironment(directory: string): NodeJS.ProcessEnv {
  mkdirSync(directory, { recursive: true })
  for (const name of ['node', 'npm', 'npx', 'sh']) {
    symlinkSync(systemProgram(name), join(directory, name))
  }
  const kept = ['HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(kept), PATH: directory, TERM: 'xterm-256color' }
}

/** For instance `node v20.20.2, npm 10.8.2`. */
export function versionsOn(environment: NodeJS.ProcessEnv): string {
  const versions = ['node', 'npm'].map((name) => {
    const words = ['-c', `${name} --version`]
    return `${name} ${spawnSync('/bin/sh', words, { env: environment, encoding: 'utf8' }).stdout.trim()}`
  })
  return versions.join(', ')
}
