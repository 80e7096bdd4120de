// DescribeCluster (key 60): the cluster's id, its brokers and its controller (KIP-700).

import { DescribeCluster, KafkaError } from '@samsa/protocol'
import {
  authorizedOperations,
  clusterResource,
  operationsNotAsked,
} from './authorized-operations.ts'
import { handle } from './handle.ts'
import { addressOf } from './node-endpoints.ts'

const brokerEndpoints = 1
const controllerEndpoints = 2

/** Describes the cluster. */
export const describeCluster = handle(
  DescribeCluster,
  (request, context) => {
    const { metadata } = context
    if (request.endpointType === controllerEndpoints) {
      throw new KafkaError(
        'MISMATCHED_ENDPOINT_TYPE',
        'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type ' +
          'CONTROLLER',
      )
    }
    if (request.endpointType !== undefined && request.endpointType !== brokerEndpoints) {
      const message = `Unsupported endpoint type ${request.endpointType}`
      throw new KafkaError('UNSUPPORTED_ENDPOINT_TYPE', message)
    }
    const brokers = metadata.brokers().flatMap((broker) => {
      const address = addressOf(context, broker)
      if (address === undefined) return []
      if (broker.fenced && request.includeFencedBrokers !== true) return []
      return [{ brokerId: broker.id, ...address, rack: broker.rack, isFenced: broker.fenced }]
    })
    return {
      clusterId: context.clusterId,
      controllerId: metadata.controllerId,
      brokers,
      clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
        ? authorizedOperations(context, 'Cluster', clusterResource)
        : operationsNotAsked,
    }
  },
  {
    failed: (_request, errorCode, errorMessage) => ({
      errorCode,
      errorMessage,
      clusterId: '',
      brokers: [],
    }),
  },
)
