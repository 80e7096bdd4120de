// The Python clients: kafka-python in its newest and in its longest used version, and confluent-kafka (librdkafka), each
// in a virtual environment under .cache, with checking programs of our own.

import { join } from 'node:path'
import { Checks, type Suite } from '../runner/suite.ts'
import { runChecks } from '../target/program.ts'
import { Target, targetNeeds } from '../target/target.ts'
import { modernPython, modernPythonNeeds, oldPython, oldPythonNeeds } from './environment.ts'

const programs = [
  { python: modernPython, file: 'kafka_python.py' },
  { python: oldPython, file: 'kafka_python_old.py' },
  { python: modernPython, file: 'confluent.py' },
]

/** kafka-python and confluent-kafka, unmodified. */
export const pythonClients: Suite = {
  name: 'python',
  summary: 'kafka-python 3.0 and 2.0, confluent-kafka 2.16',
  needs: [...modernPythonNeeds, ...oldPythonNeeds, ...targetNeeds()],
  async run({ args, say }) {
    const checks = new Checks()
    const settings = {
      'group.initial.rebalance.delay.ms': '0',
      'group.consumer.min.heartbeat.interval.ms': '100',
      'group.consumer.heartbeat.interval.ms': '300',
    }
    await using target = await Target.start({ args, suite: 'python', settings })
    say(`against ${target.name}`)
    for (const { python, file } of programs) {
      await runChecks(
        {
          program: python,
          args: ['-u', join(import.meta.dirname, file), target.bootstrap],
          environment: { PYTHONDONTWRITEBYTECODE: '1' },
        },
        { checks, say, name: file },
      )
    }
    return checks.result()
  },
}
