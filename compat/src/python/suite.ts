// The Python clients: kafka-python in its newest and in its longest used version, and confluent-kafka (librdkafka), each
// in a virtual environment under .cache, with checking programs of our own.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Checks, type Need, type Suite } from '../runner/suite.ts'
import { runChecks } from '../target/program.ts'
import { Target, targetNeeds } from '../target/target.ts'

const cache = join(import.meta.dirname, '..', '..', '..', '.cache', 'python')
const modern = join(cache, 'modern')
const old = join(cache, 'old')
const python = (environment: string): string => join(environment, 'bin', 'python')

const pythonNeed: Need = {
  what: 'Python 3 with venv',
  how: 'apt-get install python3-venv',
  check: () => spawnSync('python3', ['-m', 'venv', '--help']).status === 0,
  install: () => {
    spawnSync('apt-get', ['install', '-y', '-qq', 'python3-venv'], { stdio: 'ignore' })
  },
}

/** Packages in an environment of their own; `probe` is an expression that is true when they are there. */
function environmentNeed(directory: string, packages: readonly string[], probe: string): Need {
  return {
    what: packages.slice(0, 2).join(', '),
    how: `pip install ${packages.join(' ')}, in .cache: npm run compat -- python --install`,
    check: () =>
      existsSync(python(directory)) &&
      spawnSync(python(directory), ['-c', `${probe}`], { encoding: 'utf8' }).status === 0,
    install: () => {
      spawnSync('python3', ['-m', 'venv', '--clear', directory], { stdio: 'inherit' })
      const install = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...packages]
      spawnSync(python(directory), install, { stdio: 'inherit' })
    },
  }
}

const codecs = ['lz4', 'python-snappy', 'zstandard']
const modernNeed = environmentNeed(
  modern,
  ['kafka-python==3.0.12', 'confluent-kafka==2.16.1', ...codecs],
  'import kafka, confluent_kafka, lz4, snappy, zstandard; assert kafka.__version__ == "3.0.12"',
)
const oldNeed = environmentNeed(
  old,
  ['kafka-python==2.0.2', ...codecs],
  'import kafka, lz4, snappy; assert kafka.__version__ == "2.0.2"',
)

const programs = [
  { environment: modern, file: 'kafka_python.py' },
  { environment: old, file: 'kafka_python_old.py' },
  { environment: modern, file: 'confluent.py' },
]

/** kafka-python and confluent-kafka, unmodified. */
export const pythonClients: Suite = {
  name: 'python',
  summary: 'kafka-python 3.0 and 2.0, confluent-kafka 2.16',
  needs: [pythonNeed, modernNeed, oldNeed, ...targetNeeds()],
  async run({ args, say }) {
    const checks = new Checks()
    const settings = {
      'group.initial.rebalance.delay.ms': '0',
      'group.consumer.min.heartbeat.interval.ms': '100',
      'group.consumer.heartbeat.interval.ms': '300',
    }
    await using target = await Target.start({ args, suite: 'python', settings })
    say(`against ${target.name}`)
    for (const { environment, file } of programs) {
      await runChecks(
        {
          program: python(environment),
          args: ['-u', join(import.meta.dirname, file), target.bootstrap],
          environment: { PYTHONDONTWRITEBYTECODE: '1' },
        },
        { checks, say, name: file },
      )
    }
    return checks.result()
  },
}
