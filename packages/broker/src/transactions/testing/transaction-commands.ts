// The commands of producers and administrators.

import { topicPartitions } from '../topic-partitions.ts'
import type { Command } from './transaction-stage.ts'

const parse = (words: readonly string[]): ReturnType<typeof topicPartitions> =>
  topicPartitions(
    words.map((word) => {
      const [topic = '', partition = '0'] = word.split('/')
      return [topic, [Number(partition)]] as const
    }),
  )

const end =
  (isCommit: boolean): Command =>
  (stage, _words, options, producer) => {
    const { name, transactionalId } = producer
    const clientVersion = Number(options.get('version') ?? 2)
    const answer = stage.coordinator.endTransaction({
      transactionalId,
      producerId: Number(options.get('id') ?? producer.producerId),
      producerEpoch: Number(options.get('epoch') ?? producer.producerEpoch),
      isCommit,
      clientVersion,
    })
    stage.expect(`${name} ${isCommit ? 'commit' : 'abort'}`, answer, (identity) => {
      if (clientVersion < 2) return 'ok'
      if (!options.has('late')) Object.assign(producer, identity)
      return `ok, goes on as ${identity.producerId}/${identity.producerEpoch}`
    })
  }

export const transactionCommands: Readonly<Record<string, Command>> = {
  init: (stage, [transactionalId], options, producer) => {
    producer.transactionalId = transactionalId ?? producer.transactionalId
    const expected = options.has('keep')
      ? {
          producerId: Number(options.get('id') ?? producer.producerId),
          producerEpoch: Number(options.get('epoch') ?? producer.producerEpoch),
        }
      : undefined
    const answer = stage.coordinator.initTransactionalProducer({
      transactionalId: producer.transactionalId,
      timeoutMs: Number(options.get('timeout') ?? 60_000),
      expected,
    })
    stage.expect(`${producer.name} init`, answer, (identity) => {
      if (!options.has('late')) Object.assign(producer, identity)
      return `is ${identity.producerId}/${identity.producerEpoch}`
    })
  },
  add: (stage, words, options, producer) => {
    const answer = stage.coordinator.addPartitions({
      transactionalId: producer.transactionalId,
      producerId: Number(options.get('id') ?? producer.producerId),
      producerEpoch: Number(options.get('epoch') ?? producer.producerEpoch),
      partitions: parse(words),
      clientVersion: Number(options.get('version') ?? 2),
    })
    stage.expect(`${producer.name} add`, answer, () => 'ok')
  },
  verify: (stage, words, _options, producer) => {
    const answer = stage.coordinator.verifyPartitions({ ...producer, partitions: parse(words) })
    stage.expect(`${producer.name} verify`, answer, (results) =>
      results.map(({ error }) => error ?? 'ok').join(' '),
    )
  },
  commit: end(true),
  abort: end(false),
  describe: (stage, [transactionalId = '']) => {
    stage.expect('describe', stage.coordinator.describe(transactionalId), (described) => {
      const { producerId, producerEpoch, transactionState, partitions } = described
      const places = Array.from(partitions, ([topic, ids]) => `${topic}/${[...ids].join(',')}`)
      return `${transactionState} ${producerId}/${producerEpoch} [${places.join(' ')}]`
    })
  },
  list: (stage, _words, options) => {
    const filter = {
      states: new Set(options.get('state')?.split(',') ?? []),
      producerIds: new Set((options.get('producer')?.split(',') ?? []).map(Number)),
      minDurationMs: Number(options.get('longer') ?? -1),
      idPattern: options.get('like') ?? null,
    }
    stage.expect('list', stage.coordinator.list(filter), (listed) =>
      listed
        .map((each) => `${each.transactionalId} ${each.transactionState} ${each.producerId}`)
        .join(', '),
    )
  },
  explain: (stage, [transactionalId = '']) => {
    for (const { kind, producerId, producerEpoch, reason } of stage.coordinator.explain(
      transactionalId,
    )) {
      stage.say(`explain: ${kind} ${producerId}/${producerEpoch}: ${reason}`)
    }
  },
}
