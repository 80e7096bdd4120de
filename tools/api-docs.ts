// Writes docs/reference/api/: every public export of every package with what its own comment says, and for what users
// hold in their hands (classes and interfaces of client and broker) every member. `npm run docs` writes the pages;
// api-docs.test.ts fails when they are behind, or when an export says nothing of itself.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Where the pages lie. */
export const apiPages = join(root, 'docs', 'reference', 'api')

/** The packages from what users need most; whether members of their classes are listed. */
const documented: readonly { readonly name: string; readonly hasMembers: boolean }[] = [
  { name: 'broker', hasMembers: true },
  { name: 'client', hasMembers: true },
  { name: 'kafkajs', hasMembers: false },
  { name: 'opentelemetry', hasMembers: false },
  { name: 'protocol', hasMembers: false },
  { name: 'settings', hasMembers: false },
  { name: 'network', hasMembers: false },
  { name: 'world', hasMembers: false },
  { name: 'coordination', hasMembers: false },
  { name: 'log', hasMembers: false },
]

/** Something that a package exports. */
export interface PublicExport {
  readonly name: string
  readonly kind: string
  /** What its comment says; empty where there is none. */
  readonly summary: string
  readonly members: readonly { readonly name: string; readonly summary: string }[]
}

const declaration =
  /^export (?:declare )?(?:abstract )?(?:async )?(class|function\*?|const|interface|type) (\w+)/gm
/** A declaration of its own under a name that no declaration may have. */
const renamed = /^export \{ (\w+) as (\w+) \}$/gm
const listed = /^export (?:type )?\{([^}]*)\} from '([^']+)'/gm
const star = /^export \* from '([^']+)'/gm

/** Everything that a file exports, itself or from others. */
function exportsOf(path: string): PublicExport[] {
  const text = readFileSync(path, 'utf8')
  const found: PublicExport[] = []
  for (const match of text.matchAll(declaration)) {
    const [, kind = '', name = ''] = match
    // Overloads, and a type beside a value of the same name, are one entry.
    if (found.some((one) => one.name === name)) continue
    // A file that holds one thing says at its head what that is.
    const summary = commentBefore(text, match.index) || headOf(text)
    found.push({
      name,
      kind: kind.replace('*', ''),
      summary,
      members: membersAt(text, match.index),
    })
  }
  for (const [, own = '', name = ''] of text.matchAll(renamed)) {
    const at = text.search(new RegExp(`^const ${own}\\b`, 'm'))
    if (at >= 0) found.push({ name, kind: 'const', summary: commentBefore(text, at), members: [] })
  }
  for (const [, list = '', from = ''] of text.matchAll(listed)) {
    const theirs = new Map(
      exportsOf(join(dirname(path), from)).map((one) => [one.name, one] as const),
    )
    for (const part of list.split(',')) {
      const [, name, as] = /^\s*(?:type )?(\w+)(?: as (\w+))?\s*$/.exec(part) ?? []
      const one = name === undefined ? undefined : theirs.get(name)
      if (one !== undefined) found.push({ ...one, name: as ?? one.name })
    }
  }
  for (const [, from = ''] of text.matchAll(star))
    found.push(...exportsOf(join(dirname(path), from)))
  return found
}

/** The comment that a file opens with. */
function headOf(text: string): string {
  const [block] = /^\/\*\*(?:(?!\*\/)[\s\S])*\*\//.exec(text) ?? []
  if (block !== undefined) return commentBefore(block, block.length)
  const [lines = ''] = /^(?:\/\/.*\n)*/.exec(text) ?? []
  return lines
    .replaceAll(/^\/\/ ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** The sentences of the comment that ends right before a place. */
function commentBefore(text: string, at: number): string {
  const [, comment = ''] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text.slice(0, at)) ?? []
  return comment
    .replaceAll(/^\s*\*+ ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** The commented members of a class or interface whose declaration begins at a place. */
function membersAt(text: string, at: number): { name: string; summary: string }[] {
  const rest = text.slice(at)
  const end = rest.search(/^\}/m)
  if (!/^export (?:abstract )?(?:class|interface)/.test(rest) || end < 0) return []
  const body = rest.slice(0, end)
  const member = /^ {2}(?:static |async |readonly |get |override |\*)*(\w+)(\?)?(?=[(<:=]| \()/gm
  const names = new Set<string>()
  return [...body.matchAll(member)].flatMap((match) => {
    const [, name = ''] = match
    const summary = commentBefore(body, match.index)
    if (summary === '' || names.has(name) || name === 'constructor') return []
    names.add(name)
    return [{ name, summary }]
  })
}

/** The pages by the names of their packages, and what they list. */
export function apiPageTexts(): Map<string, { readonly text: string; exports: PublicExport[] }> {
  return new Map(
    documented
      .filter(({ name }) => existsSync(join(root, 'packages', name)))
      .map(({ name, hasMembers }) => {
        const exports = exportsOf(join(root, 'packages', name, 'src', 'index.ts'))
        return [name, { text: pageText(name, exports, hasMembers), exports }]
      }),
  )
}

function pageText(name: string, exports: readonly PublicExport[], hasMembers: boolean): string {
  const manifest: { name: string; description: string } = JSON.parse(
    readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'),
  )
  const cell = (text: string): string => text.replaceAll('|', '\\|')
  const rows = exports
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .flatMap(({ name, kind, summary, members }) => [
      `| \`${name}\` | ${kind} | ${cell(summary)} |`,
      ...(hasMembers ? members : []).map((one) => {
        return `| \`${name}.${one.name}\` | | ${cell(one.summary)} |`
      }),
    ])
  return [
    `# ${manifest.name}`,
    '',
    '<!-- Written by tools/api-docs.ts. Change the comments in the source instead. -->',
    '',
    manifest.description,
    '',
    '| export | | what it is |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

if (import.meta.main) {
  mkdirSync(apiPages, { recursive: true })
  for (const [name, { text }] of apiPageTexts()) writeFileSync(join(apiPages, `${name}.md`), text)
}
