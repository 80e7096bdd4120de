// What a group's clients saw, judged as it happens: who owns which partition, what was committed and what was read
// back. The first rule that is broken ends the story.
//
// Rules: a partition has one owner at a time; a generation has one assignment, and nothing of an older one is taken;
// what was committed and acknowledged is never lost and never taken back by somebody who does not own the partition any
// more; a transaction's offsets are seen together, after its commit, or never.

/** A broken rule. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

/** The history of one group. */
export class GroupHistory {
  readonly #owners = new Map<number, string>()
  readonly #generations = new Map<number, string>()
  readonly #acknowledged = new Map<number, number>()
  readonly #attempted = new Map<number, Set<number>>()
  #broken: unknown
  /** The last generation that a member of a classic group was told the assignment of. */
  newestGeneration = -1
  /** How often a partition changed hands. */
  handovers = 0
  commits = 0

  /** Throws the first rule that was broken. */
  check(): void {
    if (this.#broken !== undefined) throw this.#broken
  }

  owner(partition: number): string | undefined {
    return this.#owners.get(partition)
  }

  get ownedCount(): number {
    return this.#owners.size
  }

  /** A client begins to read a partition. */
  acquired(client: string, partition: number): void {
    const owner = this.#owners.get(partition)
    if (owner !== undefined && owner !== client) {
      this.#break(`${client} was given partition ${partition}, which ${owner} still reads`)
    }
    this.#owners.set(partition, client)
    this.handovers += 1
  }

  /** A client reads a partition no longer. */
  released(client: string, partition: number): void {
    if (this.#owners.get(partition) === client) this.#owners.delete(partition)
  }

  /** A member was told what a generation of a classic group has been assigned. */
  assigned(generation: number, memberId: string, assignment: string): void {
    const key = `${memberId}=${assignment}`
    this.newestGeneration = Math.max(this.newestGeneration, generation)
    const known = this.#generations.get(generation)
    const parts = known === undefined ? [] : known.split(';')
    const mine = parts.find((part) => part.startsWith(`${memberId}=`))
    if (mine !== undefined && mine !== key) {
      this.#break(`generation ${generation} gave ${mine} and then ${key}`)
    }
    if (mine === undefined) this.#generations.set(generation, [...parts, key].join(';'))
  }

  /** A request of a generation was taken that arrived when `newest` had been assigned already. */
  taken(generation: number, newest: number): void {
    if (generation < newest) {
      this.#break(`a request of generation ${generation} was taken in generation ${newest}`)
    }
  }

  /** A commit is under way. */
  committing(partition: number, offset: number): void {
    const attempted = this.#attempted.get(partition)
    if (attempted === undefined) this.#attempted.set(partition, new Set([offset]))
    else attempted.add(offset)
  }

  /** A commit was acknowledged. */
  committed(client: string, partition: number, offset: number): void {
    const before = this.#acknowledged.get(partition) ?? -1
    if (offset < before) {
      this.#break(`${client} took partition ${partition} back from ${before} to ${offset}`)
    }
    this.#acknowledged.set(partition, offset)
    this.commits += 1
  }

  /** What a fetch gave; `sinceAcknowledged` is what was acknowledged when it was sent. */
  fetched(partition: number, offset: number, sinceAcknowledged: number): void {
    if (offset < sinceAcknowledged) {
      this.#break(`partition ${partition} was at ${sinceAcknowledged} and is at ${offset}`)
    }
    if (offset !== -1 && this.#attempted.get(partition)?.has(offset) !== true) {
      this.#break(`partition ${partition} is at ${offset}, which nobody has committed`)
    }
  }

  acknowledged(partition: number): number {
    return this.#acknowledged.get(partition) ?? -1
  }

  /** Something was answered that is no answer. */
  failed(error: unknown): void {
    this.#broken ??= error
  }

  #break(sentence: string): void {
    this.#broken ??= new Violation(sentence)
  }
}
