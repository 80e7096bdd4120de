// DeleteTopics (key 20): by name, or from version 6 on by id (KIP-516). One answer per topic.

import { DeleteTopics, KafkaError, type RequestOf, ZERO_UUID } from '@samsa/protocol'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settleAsync } from './settle.ts'

interface Asked {
  readonly name: string | null
  readonly topicId: string
}

/** Deletes topics. */
export const deleteTopics = handle(
  DeleteTopics,
  async (request, context) => {
    if (!context.settings.get('delete.topic.enable')) {
      throw new KafkaError(context.version < 3 ? 'INVALID_REQUEST' : 'TOPIC_DELETION_DISABLED')
    }
    const asked = askedTopics(request)
    const idOf = new Map(asked.map((one) => [one, resolveId(one, context)]))
    return {
      responses: await Promise.all(
        asked.map((one) =>
          settleAsync({ name: one.name, topicId: one.topicId }, async () => {
            const topicId = requireOne(one, asked, idOf, context)
            const name = context.metadata.topicById(topicId)?.name ?? one.name
            if (
              one.name === null &&
              name !== null &&
              !context.isAuthorized('Describe', 'Topic', name)
            ) {
              throw new KafkaError('TOPIC_AUTHORIZATION_FAILED')
            }
            context.authorize('Delete', 'Topic', name ?? '')
            await context.controller.deleteTopic(topicId, { timeoutMs: request.timeoutMs })
            return { name, topicId }
          }),
        ),
      ),
    }
  },
  {
    failed: (request, code, message) => ({
      responses: askedTopics(request).map(({ name, topicId }) => ({
        name,
        topicId,
        errorCode: code,
        errorMessage: message,
      })),
    }),
  },
)

function askedTopics(request: RequestOf<typeof DeleteTopics>): Asked[] {
  if (request.topics !== undefined && request.topics.length > 0) {
    return request.topics.map(({ name, topicId }) => ({ name, topicId }))
  }
  return (request.topicNames ?? []).map((name) => ({ name, topicId: ZERO_UUID }))
}

function resolveId({ name, topicId }: Asked, { metadata }: RequestContext): string | undefined {
  if (topicId !== ZERO_UUID) return metadata.topicById(topicId)?.topicId
  return name === null ? undefined : metadata.topic(name)?.topicId
}

function requireOne(
  one: Asked,
  asked: readonly Asked[],
  idOf: ReadonlyMap<Asked, string | undefined>,
  context: RequestContext,
): string {
  const byId = one.topicId !== ZERO_UUID
  const refuse = (message: string): never => {
    throw new KafkaError('INVALID_REQUEST', message)
  }
  if (one.name !== null && byId) refuse('You may not specify both topic name and topic id.')
  if (one.name === null && !byId) refuse('Neither topic name nor id were specified.')
  const isAgain = (other: Asked): boolean =>
    other !== one && other.name === one.name && other.topicId === one.topicId
  if (asked.some(isAgain)) refuse(byId ? 'Duplicate topic id.' : 'Duplicate topic name.')
  const topicId = idOf.get(one)
  if (topicId === undefined) {
    // A client that may not see the topic must not learn whether there is one.
    if (one.name !== null) context.authorize('Describe', 'Topic', one.name)
    throw new KafkaError(byId ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION')
  }
  const others = asked.filter((other) => other !== one)
  if (!byId && others.some((other) => idOf.get(other) === topicId)) {
    refuse('The provided topic name maps to an ID that was already supplied.')
  }
  return topicId
}
