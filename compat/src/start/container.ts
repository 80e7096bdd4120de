// The Dockerfile without a container: its RUN steps in a folder that stands for the root of the image, so that what it
// installs can be measured and started where no container runtime is.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One instruction, continued lines joined. */
export interface Instruction {
  readonly name: string
  readonly rest: string
}

/** The instructions of a Dockerfile in order. */
export function instructionsOf(text: string): Instruction[] {
  return text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => /^([A-Z]+)\s+(.*)$/.exec(line.trim()))
    .flatMap((match) => (match === null ? [] : [{ name: match[1] ?? '', rest: match[2] ?? '' }]))
}

/** What the Dockerfile runs to build and to install, with `image` for the image's root. */
export function stepsIn(directory: string, image: string): { build: string; install: string } {
  const steps = instructionsOf(readFileSync(join(directory, 'Dockerfile'), 'utf8'))
    .filter(({ name }) => name === 'RUN')
    .map(({ rest }) =>
      rest
        .replace(/^--mount=\S+ /, '')
        // What is run as a person who is not root, on a machine that has no user called node.
        .replace(/ && chown \S+ \S+/, '')
        .replaceAll(/(?<=\s|^)\/(packed|opt|data|usr)/g, `${image}/$1`),
    )
  const [build = '', install = ''] = steps
  return { build, install }
}
