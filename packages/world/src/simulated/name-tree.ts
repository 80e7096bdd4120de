// The names of a simulated disk, twice: what programs see and what the medium holds. Between the two lies a journal of
// operations whose directories were not synced. An operation is atomic (a rename never loses a file under both names),
// and none survives without the earlier ones that touched the same names.

import { WorldError } from '../world-error.ts'
import { FileContent, type UnsyncedFate } from './file-content.ts'
import type { SeededRandom } from './random.ts'

/** A directory: the names programs see, and those on the medium. */
export class Directory {
  readonly entries = new Map<string, Entry>()
  readonly durable = new Map<string, Entry>()
  modifiedMs = 0
}

/** What a name leads to. */
type Entry = Directory | FileContent

/** Where a name is, whether or not it exists. */
interface Place {
  readonly directory: Directory
  readonly name: string
  readonly entry: Entry | undefined
}

interface NameChange {
  readonly directory: Directory
  readonly name: string
  readonly entry: Entry | undefined
}

type Operation = readonly NameChange[]

/** A tree of directories. */
export class NameTree {
  readonly #root: Directory
  readonly #keepsJournal: boolean
  #journal: Operation[] = []

  /** Without a journal every name is durable, and nothing is remembered. */
  constructor(keepsJournal: boolean, root: Directory = new Directory()) {
    this.#root = root
    this.#keepsJournal = keepsJournal
  }

  get root(): Directory {
    return this.#root
  }

  /** The entry under a path. */
  find(path: string): Entry | undefined {
    let entry: Entry | undefined = this.#root
    for (const name of partsOf(path)) {
      if (!(entry instanceof Directory)) return undefined
      entry = entry.entries.get(name)
    }
    return entry
  }

  /** The directory in which a path's last name is or would be. */
  place(path: string): Place {
    const parts = partsOf(path)
    const name = parts.pop()
    const directory = this.find(parts.join('/'))
    if (name === undefined || !(directory instanceof Directory)) {
      throw new WorldError('not-found', path, `${path}: the directory does not exist`)
    }
    return { directory, name, entry: directory.entries.get(name) }
  }

  /** Changes names in one atomic step. */
  change(operation: Operation): void {
    for (const { directory, name, entry } of operation) put(directory.entries, name, entry)
    if (this.#keepsJournal) this.#journal.push(operation)
  }

  /** Takes a directory's names, and whatever they depend on, to the medium. */
  sync(directory: Directory): void {
    const needed = new NameSet()
    const rest: Operation[] = []
    const durable: Operation[] = []
    for (const operation of this.#journal.toReversed()) {
      const isNeeded =
        operation.some((change) => change.directory === directory) || needed.hasAny(operation)
      if (isNeeded) needed.add(operation)
      ;(isNeeded ? durable : rest).push(operation)
    }
    for (const operation of durable.reverse()) persist(operation)
    this.#journal = rest.reverse()
  }

  /** Power was lost: decides which unsynced names the medium holds, and shows those. */
  losePower(fate: UnsyncedFate, random: SeededRandom): void {
    for (const operation of survivors(this.#journal, fate, random)) persist(operation)
    this.#journal = []
    restore(this.#root)
  }

  /** All files that a path leads to. */
  files(): FileContent[] {
    const files: FileContent[] = []
    const visit = (directory: Directory): void => {
      for (const entry of directory.entries.values()) {
        if (entry instanceof Directory) visit(entry)
        else files.push(entry)
      }
    }
    visit(this.#root)
    return files
  }

  /** An independent copy in the same state, unsynced names included. */
  clone(): NameTree {
    const copies = new Map<Entry, Entry>()
    const copyOf = (entry: Entry): Entry => {
      const known = copies.get(entry)
      if (known !== undefined) return known
      if (entry instanceof FileContent) {
        const file = entry.clone()
        copies.set(entry, file)
        return file
      }
      const directory = new Directory()
      directory.modifiedMs = entry.modifiedMs
      copies.set(entry, directory)
      for (const [name, child] of entry.entries) directory.entries.set(name, copyOf(child))
      for (const [name, child] of entry.durable) directory.durable.set(name, copyOf(child))
      return directory
    }
    const tree = new NameTree(this.#keepsJournal, copyOf(this.#root) as Directory)
    tree.#journal = this.#journal.map((operation) =>
      operation.map(({ directory, name, entry }) => ({
        directory: copyOf(directory) as Directory,
        name,
        entry: entry === undefined ? undefined : copyOf(entry),
      })),
    )
    return tree
  }
}

/** Names in directories, as a set. */
class NameSet {
  readonly #names = new Map<Directory, Set<string>>()

  hasAny(operation: Operation): boolean {
    return operation.some(({ directory, name }) => this.#names.get(directory)?.has(name) === true)
  }

  add(operation: Operation): void {
    for (const { directory, name } of operation) {
      const names = this.#names.get(directory) ?? new Set()
      this.#names.set(directory, names.add(name))
    }
  }
}

function survivors(
  journal: readonly Operation[],
  fate: UnsyncedFate,
  random: SeededRandom,
): readonly Operation[] {
  if (fate === 'kept') return journal
  if (fate === 'lost') return []
  // A journaling file system keeps a prefix; others keep what they happened to write back.
  const keepsOrder = fate === 'random' && random.chance(0.5)
  if (keepsOrder) return journal.slice(0, random.below(journal.length + 1))
  const lost = new NameSet()
  return journal.filter((operation) => {
    const survives = !lost.hasAny(operation) && random.chance(0.5)
    if (!survives) lost.add(operation)
    return survives
  })
}

function persist(operation: Operation): void {
  for (const { directory, name, entry } of operation) put(directory.durable, name, entry)
}

function restore(directory: Directory): void {
  directory.entries.clear()
  for (const [name, entry] of directory.durable) {
    directory.entries.set(name, entry)
    if (entry instanceof Directory) restore(entry)
  }
}

function put(names: Map<string, Entry>, name: string, entry: Entry | undefined): void {
  if (entry === undefined) names.delete(name)
  else names.set(name, entry)
}

/** Both separators part names, so that what `node:path` makes on any platform works. */
function partsOf(path: string): string[] {
  const parts: string[] = []
  for (const part of path.split(/[/\\]/)) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts
}
