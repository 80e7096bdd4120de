// Virtual environments for Python's clients, kept in the repository's .cache folder.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Need } from '../runner/suite.ts'

const cache = join(import.meta.dirname, '..', '..', '..', '.cache', 'python')
const codecs = ['lz4', 'python-snappy', 'zstandard']

/** The interpreter of a virtual environment. */
function pythonOf(environment: string): string {
  return join(cache, environment, 'bin', 'python')
}

/** Runs with the newest kafka-python, and confluent-kafka (a current librdkafka). */
export const modernPython = pythonOf('modern')
/** Runs with the kafka-python that was in use for longest. */
export const oldPython = pythonOf('old')

const venvNeed: Need = {
  what: 'Python 3 with venv',
  how: 'apt-get install python3-venv',
  check: () => spawnSync('python3', ['-m', 'venv', '--help']).status === 0,
  install: () => {
    spawnSync('apt-get', ['install', '-y', '-qq', 'python3-venv'], { stdio: 'ignore' })
  },
}

/** Packages in an environment of their own; `probe` is an expression that is true when they are there. */
function environmentNeed(environment: string, packages: readonly string[], probe: string): Need {
  const directory = join(cache, environment)
  const python = pythonOf(environment)
  return {
    what: packages.slice(0, 2).join(', '),
    how: `pip install ${packages.join(' ')}, in .cache: npm run compat -- python --install`,
    check: () =>
      existsSync(python) && spawnSync(python, ['-c', probe], { encoding: 'utf8' }).status === 0,
    install: () => {
      spawnSync('python3', ['-m', 'venv', '--clear', directory], { stdio: 'inherit' })
      const install = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...packages]
      spawnSync(python, install, { stdio: 'inherit' })
    },
  }
}

/** What `modernPython` needs. */
export const modernPythonNeeds: readonly Need[] = [
  venvNeed,
  environmentNeed(
    'modern',
    ['kafka-python==3.0.12', 'confluent-kafka==2.16.1', ...codecs],
    'import kafka, confluent_kafka, lz4, snappy, zstandard; assert kafka.__version__ == "3.0.12"',
  ),
]

/** What `oldPython` needs. */
export const oldPythonNeeds: readonly Need[] = [
  venvNeed,
  environmentNeed(
    'old',
    ['kafka-python==2.0.2', ...codecs],
    'import kafka, lz4, snappy; assert kafka.__version__ == "2.0.2"',
  ),
]
