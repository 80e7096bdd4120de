// What is published is what a stranger installs: every package is built, packed, installed in an empty folder, and the
// README's first example runs there, on the plain Node that the packages ask for.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

function run(command: string, args: readonly string[], directory: string): string {
  const result = spawnSync(command, args, { cwd: directory, encoding: 'utf8' })
  assert.equal(result.status, 0, `${command} ${args.join(' ')}\n${result.stdout}${result.stderr}`)
  return result.stdout
}

/** The first TypeScript block of the README. */
function firstExample(): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const block = /```ts\n([\s\S]*?)```/.exec(readme)?.[1]
  assert.ok(block !== undefined, 'the README opens with an example')
  return block
}

test('the packed packages install in an empty folder and run the first example', () => {
  const directory = mkdtempSync(join(tmpdir(), 'samsa-pack-'))
  try {
    run(process.execPath, ['tools/build.ts'], root)
    const packages = readdirSync(join(root, 'packages'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'simulator')
      .map((entry) => join('packages', entry.name))
      .concat(join('examples', 'stocks'))
    const tarballs = join(directory, 'tarballs')
    mkdirSync(tarballs)
    const workspaces = packages.flatMap((path) => ['--workspace', path])
    run('npm', ['pack', '--silent', '--pack-destination', tarballs, ...workspaces], root)
    const files = readdirSync(tarballs).map((name) => `./tarballs/${name}`)
    assert.equal(files.length, packages.length)

    writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }\n')
    const kafkajs = JSON.parse(readFileSync(join(root, 'compat', 'package.json'), 'utf8'))
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
    const client = `kafkajs@${kafkajs.dependencies.kafkajs}`
    run('npm', ['install', ...quiet, ...files, client], directory)

    writeFileSync(join(directory, 'example.ts'), firstExample())
    const output = run(process.execPath, ['example.ts'], directory)
    assert.match(output, /hello/)
    const version = run(process.execPath, ['node_modules/samsa/dist/main.js', 'version'], directory)
    assert.match(version, /^samsa \d+\.\d+\.\d+/)

    const demo = ['node_modules/samsa/dist/main.js', 'demo', 'stocks', '--speed', '200', '--once']
    assert.match(run(process.execPath, demo, directory), /683 ticks audited: 0 problems, 0 prices/)

    // A thread finds its task by the module that declared it and by name; joining modules keeps both.
    const tasks = './node_modules/@samsa/log/dist/cleaning/cleaning-worker.js'
    const script = `const { mapTask, cleanTask } = await import('${tasks}')
      for (const { module, name } of [mapTask, cleanTask]) {
        console.log(typeof (await import(module))[name])
      }`
    const found = run(process.execPath, ['--input-type=module', '--eval', script], directory)
    assert.equal(found, 'function\nfunction\n')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
