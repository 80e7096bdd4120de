// What a topic may be called, in Kafka's words, and which topics are the broker's own.

const longestName = 249

const internalTopics: ReadonlySet<string> = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
])

/** Coordinators keep their state in these topics. */
export function isInternalTopic(name: string): boolean {
  return internalTopics.has(name)
}

/** Why a topic cannot have this name; undefined when it can. */
export function topicNameProblem(name: string): string | undefined {
  const reason = reasonAgainst(name)
  return reason === undefined ? undefined : `Topic name is invalid: ${reason}`
}

function reasonAgainst(name: string): string | undefined {
  if (name === '') return 'the empty string is not allowed'
  if (name === '.' || name === '..') return `'${name}' is not allowed`
  if (name.length > longestName) {
    return `the length of '${name}' is longer than the max allowed length ${longestName}`
  }
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return (
      `'${name}' contains one or more characters other than ASCII alphanumerics, ` +
      "'.', '_' and '-'"
    )
  }
  return undefined
}

/** Names that differ only in '.' and '_' have one name in metrics; Kafka does not let them live side by side. */
export function collisionKey(name: string): string {
  return name.replaceAll('.', '_')
}
