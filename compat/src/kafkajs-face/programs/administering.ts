// What an admin is answered, and which errors it gets.

import kafkajs from 'kafkajs'
import { failure, type FaceProgram } from '../stage.ts'

const { ConfigResourceTypes, Kafka, logLevel } = kafkajs

export const program: FaceProgram = async ({ brokers, prefix }) => {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { retries: 1 } })
  const topic = `${prefix}administering`
  const groupId = `${prefix}group`
  const admin = kafka.admin()
  await admin.connect()
  const results: Record<string, unknown> = {}
  const make = { topic, numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '1000' }] }
  results['created'] = await admin.createTopics({ topics: [make] })
  results['again'] = await admin.createTopics({ topics: [make] })
  results['listed'] = (await admin.listTopics()).includes(topic)
  await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] })
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  results['metadata'] = topics.map(({ name, partitions }) => [
    name,
    partitions
      .map(({ partitionId, leader, isr }) => `${partitionId} ${leader} ${isr.join()}`)
      .sort(),
  ])
  const producer = kafka.producer()
  await producer.connect()
  const messages = Array.from({ length: 6 }, (_, i) => {
    return { value: String(i), partition: i % 2, timestamp: String(1_700_000_000_000 + i * 1000) }
  })
  await producer.send({ topic, messages })
  await producer.disconnect()
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '1' }] })
  const sorted = <T extends { readonly partition: number }>(list: readonly T[]): T[] => {
    return list.toSorted((a, b) => a.partition - b.partition)
  }
  results['offsets'] = sorted(await admin.fetchTopicOffsets(topic))
  results['times'] = sorted(await admin.fetchTopicOffsetsByTimestamp(topic, 1_700_000_003_000))
  await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '2' }] })
  const committed = async () => {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] })
    return sorted(found?.partitions ?? []).map(({ partition, offset }) => [partition, offset])
  }
  results['set'] = await committed()
  await admin.resetOffsets({ groupId, topic, earliest: true })
  const { groups } = await admin.describeGroups([groupId])
  results['groups'] = groups.map((group) => [group.groupId, group.state, group.members.length])
  results['in list'] = (await admin.listGroups()).groups.some((group) => group.groupId === groupId)
  results['deleted'] = (await admin.deleteGroups([groupId])).map((group) => group.groupId)
  const resource = { type: ConfigResourceTypes.TOPIC, name: topic }
  const read = async (): Promise<unknown> => {
    const configNames = ['retention.ms', 'cleanup.policy']
    const query = { resources: [{ ...resource, configNames }], includeSynonyms: false }
    const [found] = (await admin.describeConfigs(query)).resources
    return found?.configEntries
      .map(({ configName, configValue, isDefault, configSource }) => {
        return `${configName} ${configValue} ${isDefault} ${configSource}`
      })
      .sort()
  }
  results['configs'] = await read()
  const configEntries = [{ name: 'cleanup.policy', value: 'compact' }]
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] })
  results['altered'] = await read()
  const cluster = await admin.describeCluster()
  results['cluster'] = [cluster.brokers.length, cluster.controller, cluster.clusterId.length > 0]
  const moves = await admin.listPartitionReassignments({})
  results['moves'] = moves.topics.length
  results['bad name'] = await failure(admin.createTopics({ topics: [{ topic: 'not a name' }] }))
  await admin.deleteTopics({ topics: [topic] })
  await admin.disconnect()
  return results
}
