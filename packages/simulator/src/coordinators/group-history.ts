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
  /** By member: the generation it was told last. */
  readonly #told = new Map<string, number>()
  readonly #acknowledged = new Map<number, number>()
  readonly #attempted = new Map<number, Set<number>>()
  #broken: unknown
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
    const known = this.#generations.get(generation)
    const parts = known === undefined ? [] : known.split(';')
    const mine = parts.find((part) => part.startsWith(`${memberId}=`))
    if (mine !== undefined && mine !== key) {
      this.#break(`generation ${generation} gave ${mine} and then ${key}`)
    }
    if (mine === undefined) this.#generations.set(generation, [...parts, key].join(';'))
  }

  /** A member has a new generation, or epoch. Where a group changes its kind, they begin anew. */
  told(memberId: string, generation: number): void {
    this.#told.set(memberId, generation)
  }

  /** The generation that a member was told last. */
  lastTold(memberId: string): number {
    return this.#told.get(memberId) ?? -1
  }

  /** A request of a generation was taken that arrived when its member had been told `last`. */
  taken(generation: number, last: number): void {
    if (generation < last) {
      this.#break(`a request of generation ${generation} was taken in generation ${last}`)
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
