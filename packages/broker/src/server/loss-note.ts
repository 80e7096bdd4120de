// What a broker may have lost is remembered until its cluster has taken note of it, whatever happens to the process before:
// a broker that comes back with an empty disk, or after a loss of power, and then stops in order or is killed, still has
// lost what it lost. The note is a file in each log directory that says 'none' or 'unclean'.
//
// Invariant: the note is on the medium before a new directory has a name, and goes only when the cluster knows.

import { type World, WorldError } from '@samsa/world'
import type { EarlierLife } from '../controller/lost-replica.ts'

type Shutdown = EarlierLife['lastShutdown']

const noteName = 'earlier-life'
/** Kafka's file that says whose directory it is: without it nobody was here. */
const metaName = 'meta.properties'

/** The notes in the log directories of one broker. */
export class LossNote {
  readonly #world: World
  readonly #directories: readonly string[]

  constructor(world: World, directories: readonly string[]) {
    this.#world = world
    this.#directories = directories
  }

  /** Before the directories are opened: marks the new ones. One that fails is left to whoever opens it. */
  async markNew(): Promise<void> {
    const { disk } = this.#world
    await this.#each(async (directory) => {
      if ((await disk.stat(`${directory}/${metaName}`)) !== undefined) return
      await this.#make(directory)
      await this.#write(directory, 'none')
    })
  }

  /** With the directories open: how the last life ended of which the cluster has taken note. `found` is what they say. */
  async read(found: Shutdown): Promise<Shutdown> {
    const notes = new Set<string | undefined>()
    await this.#each(async (directory) => {
      const note = await this.#world.disk.readFile(`${directory}/${noteName}`)
      if (note === undefined && found === 'unclean') await this.#write(directory, 'unclean')
      notes.add(note?.toString())
    })
    if (notes.has('none')) return 'none'
    // A note that cannot be read was being written when the power failed.
    const isNoted = [...notes].some((note) => note !== undefined)
    return found === 'clean' && isNoted ? 'unclean' : found
  }

  /** The cluster knows. */
  async taken(): Promise<void> {
    const { disk } = this.#world
    await this.#each(async (directory) => {
      const path = `${directory}/${noteName}`
      if ((await disk.stat(path)) === undefined) return
      await disk.unlink(path)
      await disk.syncDirectory(directory)
    })
  }

  /** Creates the directory and its missing parents, each name on the medium. */
  async #make(directory: string): Promise<void> {
    const { disk } = this.#world
    const missing: string[] = []
    for (let path = directory; (await disk.stat(path)) === undefined; path = parentOf(path)) {
      missing.push(path)
    }
    await disk.makeDirectory(directory)
    for (const path of missing) await disk.syncDirectory(parentOf(path))
  }

  async #write(directory: string, said: Exclude<Shutdown, 'clean'>): Promise<void> {
    const { disk } = this.#world
    const file = await disk.open(`${directory}/${noteName}`, 'truncate')
    try {
      await file.write(Buffer.from(said), 0)
      await file.sync()
    } finally {
      await file.close()
    }
    await disk.syncDirectory(directory)
  }

  async #each(step: (directory: string) => Promise<void>): Promise<void> {
    for (const directory of this.#directories) {
      try {
        await step(directory)
      } catch (error) {
        if (!(error instanceof WorldError)) throw error
        this.#world.logger.warn({ directory, error }, 'A log directory cannot be asked.')
      }
    }
  }
}

function parentOf(path: string): string {
  const plain = path.replace(/\/+$/, '')
  const slash = plain.lastIndexOf('/')
  if (slash < 0) return '.'
  return slash === 0 ? '/' : plain.slice(0, slash)
}
