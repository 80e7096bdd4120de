#!/usr/bin/env node
// The samsa command. Compiled code is cached between starts, which is why the program itself is imported after this line.

import { enableCompileCache } from 'node:module'

enableCompileCache()
const { run } = await import('./program.ts')
process.exitCode = await run(process.argv.slice(2))
