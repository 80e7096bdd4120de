// All suites, in the order in which they run.

import { clientSecurity } from './client-security/suite.ts'
import { client } from './client/suite.ts'
import { commandLine } from './cli/suite.ts'
import { cluster } from './cluster/suite.ts'
import { crashes } from './crashes/crashes-suite.ts'
import { fullDisk } from './crashes/full-disk-suite.ts'
import { goClients } from './go/suite.ts'
import { groups } from './groups/suite.ts'
import { java } from './java/suite.ts'
import { kafkajsFace } from './kafkajs-face/suite.ts'
import { kafkajs } from './kafkajs/suite.ts'
import { kcat } from './kcat/suite.ts'
import { newcomer } from './newcomer/suite.ts'
import { platformatic } from './platformatic/suite.ts'
import { pythonClients } from './python/suite.ts'
import type { Suite } from './runner/suite.ts'
import { segments } from './segments/suite.ts'
import { newcomerStart } from './start/suite.ts'
import { transactions } from './transactions/suite.ts'
import { wire } from './wire/suite.ts'
import { zookeeper } from './zookeeper/suite.ts'

/** Every compatibility suite. */
export const suites: readonly Suite[] = [
  newcomerStart,
  newcomer,
  commandLine,
  wire,
  segments,
  crashes,
  fullDisk,
  kafkajs,
  kafkajsFace,
  platformatic,
  kcat,
  java,
  goClients,
  groups,
  transactions,
  client,
  clientSecurity,
  zookeeper,
  cluster,
  pythonClients,
]

/** The suites that hold for Apache Kafka too: `--against kafka` runs them with it in our place. */
export const againstKafka: ReadonlySet<string> = new Set(
  [
    commandLine,
    wire,
    kafkajsFace,
    platformatic,
    kcat,
    java,
    goClients,
    groups,
    client,
    pythonClients,
  ].map(({ name }) => name),
)
