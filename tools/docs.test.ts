// The documentation is true: its code type-checks, examples that bring their own broker run, command lines name commands and
// options that there are, links lead somewhere, and generated pages are not behind.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { Shell } from '../packages/cli/src/command-line.ts'
import { samsa } from '../packages/cli/src/program.ts'
import { commandsPage, commandsPageText } from './commands-docs.ts'

const root = join(import.meta.dirname, '..')

interface Block {
  /** Of the page, relative to the root, and the line where the block begins. */
  readonly place: string
  readonly language: string
  readonly text: string
}

function pages(): string[] {
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  const own = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'].map((name) => join(root, name))
  return [...own, ...below.filter((name) => name.endsWith('.md')).map((p) => join(root, 'docs', p))]
}

function blocksIn(page: string): Block[] {
  const text = readFileSync(page, 'utf8')
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length
    return {
      place: `${relative(root, page)}:${line}`,
      language: match[1] ?? '',
      text: match[2] ?? '',
    }
  })
}

const blocks = pages().flatMap(blocksIn)

test('code of the documentation type-checks, and what brings its own broker runs', () => {
  const cache = join(root, '.cache')
  mkdirSync(cache, { recursive: true })
  // Below the root, so that the packages are found as a user finds them.
  const directory = mkdtempSync(join(cache, 'docs-'))
  try {
    const code = blocks
      .filter(({ language }) => language === 'ts')
      .map((block, i) => ({ ...block, file: `block-${i}.ts` }))
    assert.ok(code.length > 5, 'there are examples')
    for (const { file, text } of code) writeFileSync(join(directory, file), `${text}\nexport {}\n`)
    const config = { extends: '../../tsconfig.json', include: ['*.ts'] }
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const checked = spawnSync(process.execPath, [tsc, '-p', directory], { encoding: 'utf8' })
    const named = code.reduce((said, one) => {
      return said.replaceAll(one.file, `${one.file} (${one.place})`)
    }, checked.stdout)
    assert.equal(checked.status, 0, named)
    const own = code.filter(({ text }) => /\bstart(?:Broker|Cluster)\(/.test(text))
    const lines = own.map(({ file, place }) => {
      return `console.log('${place}')\nawait import('./${file}')\n`
    })
    // In one process, one after the other.
    writeFileSync(join(directory, 'all.ts'), lines.join(''))
    const words = ['--conditions=@samsa/source', join(directory, 'all.ts')]
    const ran = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 60_000 })
    assert.equal(ran.status, 0, `${ran.stdout}${ran.stderr}`)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('command lines of the documentation name commands and options that there are', async () => {
  const program = await samsa(new Shell())
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const problems: string[] = []
  for (const { place, language, text } of blocks) {
    if (language !== 'sh') continue
    for (const line of text.split('\n')) {
      const [, script] = /\bnpm run (?:-s )?([\w:-]+)/.exec(line) ?? []
      if (script !== undefined && scripts[script] === undefined) problems.push(`${place}: ${line}`)
      const [, said] = /(?:^|\||npx |run |-s )\s*samsa (?:-- )?([^|>#&]*)/.exec(line) ?? []
      if (said === undefined) continue
      let command = program
      const words = said.trim().split(/\s+/)
      while (words[0] !== undefined) {
        const next = command.commands.find((one) => one.name() === words[0])
        if (next === undefined) break
        command = next
        words.shift()
      }
      if (command === program && !/^(--|$)/.test(words[0] ?? '')) problems.push(`${place}: ${line}`)
      for (const word of words) {
        const [flag = ''] = word.split('=')
        const isKnown = command.options.some(({ short, long }) => flag === short || flag === long)
        const isOption = /^--?[a-z]/i.test(flag) && flag !== '--help'
        if (isOption && !isKnown) problems.push(`${place}: no ${flag}: ${line}`)
      }
    }
  }
  assert.deepEqual(problems, [])
})

test('links lead somewhere', () => {
  const problems = pages().flatMap((page) => {
    const text = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '')
    return [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => !existsSync(join(dirname(page), target)))
      .map((target) => `${relative(root, page)}: ${target}`)
  })
  assert.deepEqual(problems, [])
})

test('the page of commands says what the help says, and names every command', async () => {
  const text = await commandsPageText()
  assert.equal(readFileSync(commandsPage, 'utf8') === text, true, 'Run: npm run docs')
  for (const { commands, name } of (await samsa(new Shell())).commands.map((one) => ({
    commands: one.commands,
    name: one.name(),
  }))) {
    assert.ok(text.includes(`## samsa ${name}\n`), name)
    for (const one of commands) assert.ok(text.includes(`## samsa ${name} ${one.name()}\n`))
  }
})
