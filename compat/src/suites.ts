// All suites, in the order in which they run.

import { kafkajs } from './kafkajs/suite.ts'
import type { Suite } from './runner/suite.ts'
import { segments } from './segments/suite.ts'
import { wire } from './wire/suite.ts'

/** Every compatibility suite. */
export const suites: readonly Suite[] = [wire, kafkajs, segments]
