// The cluster's own root in an ensemble that serves others too: paths of ours inside, paths of the ensemble outside.

/** A root, '' for the ensemble's own. */
export class Chroot {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  /** The nodes that must exist for the root to be there, from the top; none for the ensemble's own root. */
  get pathsToRoot(): readonly string[] {
    const names = this.#root.split('/').slice(1)
    return names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`)
  }

  /** Our path as the ensemble knows it. */
  outer(path: string): string {
    if (this.#root === '') return path
    return path === '/' ? this.#root : `${this.#root}${path}`
  }

  /** The ensemble's path as we know it; `undefined` for one that is not below our root. */
  inner(path: string): string | undefined {
    if (this.#root === '') return path
    if (path === this.#root) return '/'
    return path.startsWith(`${this.#root}/`) ? path.slice(this.#root.length) : undefined
  }
}
