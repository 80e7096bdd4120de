// All suites, in the order in which they run.

import type { Suite } from './runner/suite.ts'

/** Every compatibility suite. */
export const suites: readonly Suite[] = []
