// Fills Node's compile cache after an installation, so that the first `npm start` is as fast as those that follow. Nothing
// depends on it: without the cache a start takes about a second longer.

import { enableCompileCache, flushCompileCache } from 'node:module'

enableCompileCache()
await import('../packages/cli/src/program.ts')
await import('../packages/cli/src/commands/start/command.ts')
await import('../packages/cli/src/commands/start/start.ts')
await import('../packages/world/src/node/index.ts')
flushCompileCache()
