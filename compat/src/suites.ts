// All suites, in the order in which they run.

import { kafkajs } from './kafkajs/suite.ts'
import { kcat } from './kcat/suite.ts'
import { platformatic } from './platformatic/suite.ts'
import { pythonClients } from './python/suite.ts'
import type { Suite } from './runner/suite.ts'
import { wire } from './wire/suite.ts'

/** Every compatibility suite. */
export const suites: readonly Suite[] = [wire, kafkajs, platformatic, kcat, pythonClients]
