// Programs written for kafkajs, run as they are with kafkajs and with only the import changed: both give the same. And the
// whole kafkajs suite with the import changed.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Checks, type Suite } from '../runner/suite.ts'
import { runProgram } from '../target/program.ts'
import { Target, targetNeeds } from '../target/target.ts'

const programs = readdirSync(join(import.meta.dirname, 'programs'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
const source = ['--conditions=@samsa/source']
const redirected = [...source, '--import', join(import.meta.dirname, 'redirect.ts')]

/** What a program printed last. */
async function outcome(
  nodeArgs: readonly string[],
  words: readonly string[],
): Promise<{ readonly json: string; readonly stderr: string }> {
  const ended = await runProgram({
    program: process.execPath,
    args: [...nodeArgs, join(import.meta.dirname, 'run-program.ts'), ...words],
    environment: { KAFKAJS_NO_PARTITIONER_WARNING: '1' },
    limitMs: 90_000,
  })
  const json = ended.exitCode === 0 ? (ended.stdout.trim().split('\n').at(-1) ?? '') : ''
  return { json, stderr: ended.stderr }
}

/** Lines of two outcomes that differ. */
function differences(theirs: string, ours: string): string {
  const lines = (json: string): string[] => JSON.stringify(JSON.parse(json), null, 1).split('\n')
  const [left, right] = [lines(theirs), lines(ours)]
  const missing = left.filter((line) => !right.includes(line)).slice(0, 8)
  const added = right.filter((line) => !left.includes(line)).slice(0, 8)
  return `kafkajs ${missing.join(' ')} | face ${added.join(' ')}`
}

/** The face of kafkajs. */
export const kafkajsFace: Suite = {
  name: 'kafkajs-face',
  summary: 'programs written for kafkajs give the same with only the import changed',
  needs: targetNeeds(),
  async run({ args, say }) {
    const checks = new Checks()
    const settings = {
      'num.partitions': '3',
      'transaction.state.log.num.partitions': '1',
      'offsets.topic.num.partitions': '1',
    }
    await using target = await Target.start({ args, suite: 'kafkajs-face', settings })
    say(`against ${target.name}`)
    const only = programs.filter((name) => args.includes(name))
    for (const name of only.length > 0 ? only : programs) {
      const theirs = await outcome(source, [name, target.bootstrap, 'theirs-'])
      const ours = await outcome(redirected, [name, target.bootstrap, 'ours---'])
      checks.check(theirs.json !== '', `${name} runs with kafkajs: ${theirs.stderr}`)
      checks.check(ours.json !== '', `${name} runs with the face: ${ours.stderr}`)
      const [left, right] = [theirs.json, ours.json.replaceAll('ours---', 'theirs-')]
      if (left === '' || right === '') continue
      const same = left === right
      checks.check(same, `${name} gives the same: ${same ? '' : differences(left, right)}`)
      say(`${name}, ${same ? 'the same' : 'not the same'}`)
    }
    if (only.length > 0) return checks.result()
    const whole = await runProgram({
      program: process.execPath,
      args: [...redirected, join(import.meta.dirname, '..', 'main.ts'), 'kafkajs'],
      limitMs: 180_000,
    })
    checks.check(whole.exitCode === 0, `the kafkajs suite: ${whole.stdout}${whole.stderr}`)
    say(`the kafkajs suite: ${whole.stdout.trim().split('\n').at(-1)}`)
    return checks.result()
  },
}
