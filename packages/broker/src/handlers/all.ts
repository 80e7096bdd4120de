// Every API this broker serves: the table of contents of the folder, in order of key.

import type { Handler } from './handle.ts'

/** All handlers; what is not here is not advertised. */
export const handlers: readonly Handler[] = []
