// `samsa doctor`: gathers facts, judges them, and prints what came of it.

import { type ExitCode, type Surroundings, UsageError } from '../../command-line.ts'
import { connectionOf, withClient } from '../../connection/with-client.ts'
import { Progress } from '../../terminal/progress.ts'
import { show } from '../../terminal/show.ts'
import type { DoctorFlags } from './command.ts'
import { deepFacts, quickFacts } from './facts.ts'
import { type Finding, judgeAddresses, judgeCluster, worstOf } from './findings.ts'
import { reach } from './reach.ts'

const styles = { ok: 'green', warning: 'yellow', problem: 'red' } as const

/** Checks; exits with 1 when something is wrong. */
export async function doctor(flags: DoctorFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { output } = surroundings
  let step = 'connecting'
  const findings: Finding[] = []
  {
    using _progress = new Progress(output, () => `samsa doctor: ${step} …`)
    const { brokers } = await connectionOf(flags, surroundings)
    const addresses = brokers.split(',')
    const bootstrap = await reach(addresses.map(addressOf), flags.timeout)
    findings.push(...judgeAddresses(bootstrap))
    if (bootstrap.some(({ error }) => error === undefined)) {
      await withClient(flags, surroundings, async (client) => {
        const admin = client.admin()
        step = 'asking for the cluster'
        const quick = await quickFacts(admin, flags.timeout)
        step = 'looking at partitions, groups and transactions'
        const deep = flags.quick === true ? undefined : await deepFacts(admin, quick.brokers)
        findings.push(...judgeCluster(quick, deep))
      })
    }
  }
  await show(output, flags.json, findings, () =>
    findings
      .map(({ level, check, message, advice }) => {
        const mark = output.style(styles[level], level.padEnd(7))
        const todo = advice === undefined ? '' : `${' '.repeat(9)}${output.style('dim', advice)}\n`
        return `${mark}  ${check}: ${message}\n${todo}`
      })
      .join(''),
  )
  return worstOf(findings) === 'problem' ? 1 : 0
}

function addressOf(text: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^\s*\[?([^\]]+?)\]?:(\d{1,5})\s*$/.exec(text) ?? []
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) }
  throw new UsageError(`${text} is no address of a broker: expected host:port`)
}
