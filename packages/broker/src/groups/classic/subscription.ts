// The consumer protocol's subscription as far as the coordinator reads it: the topics, which stand at the same place
// in every version, known or not.
//
//   int16 version | array of string topics | …

/** The topics of a subscription; undefined when the bytes make no sense. */
export function parseSubscribedTopics(metadata: Buffer): string[] | undefined {
  if (metadata.length < 6) return undefined
  const topicCount = metadata.readInt32BE(2)
  let position = 6
  if (topicCount < 0 || topicCount > (metadata.length - position) / 2) return undefined
  const topics: string[] = []
  for (let i = 0; i < topicCount; i++) {
    if (position + 2 > metadata.length) return undefined
    const length = metadata.readInt16BE(position)
    position += 2
    if (length < 0 || position + length > metadata.length) return undefined
    topics.push(metadata.toString('utf8', position, position + length))
    position += length
  }
  return topics
}
