#!/usr/bin/env node
// The samsa command. Compiled code is cached between starts, which is why the program itself is imported after that. What
// stands here runs on any Node, so that one that is too old is told what to do instead of a syntax error.

const oldestNode = 24
const [major = 0] = process.versions.node.split('.').map(Number)
if (major < oldestNode) {
  process.stderr.write(
    `samsa needs Node ${oldestNode} or newer, this is ${process.versions.node}. Beside it, without replacing it:\n` +
      '  npm install node@26 samsa && npx samsa\n',
  )
  process.exitCode = 1
} else {
  const { enableCompileCache } = await import('node:module')
  enableCompileCache()
  const { run } = await import('./program.ts')
  process.exitCode = await run(process.argv.slice(2))
}
