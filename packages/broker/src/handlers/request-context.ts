// What a handler may use while it answers one request. It is made by the request loop for every request; the services
// in it are the broker's, the rest belongs to the connection and the request.

import type { TimerWheel } from '@samsa/network'
import type { Address, World } from '@samsa/world'
import type { LayeredSettingsView } from '../configs/broker-settings-view.ts'
import type { CoordinatorLocator } from '../coordinators/coordinator-locator.ts'
import type { GroupCoordinator } from '../groups/group-coordinator.ts'
import type { Administration } from '../controller/administration.ts'
import type { Lease } from '../controller/broker-lease.ts'
import type { Controller } from '../controller/controller.ts'
import type { MetadataView } from '../metadata/metadata-view.ts'
import type { FetchBudget } from '../replicas/fetch-budget.ts'
import type { Replicas } from '../replicas/replicas.ts'
import type { Traffic } from '../replicas/traffic.ts'
import type { TransactionCoordinator } from '../transactions/transaction-coordinator.ts'
import type { Handler } from './handle.ts'

/** The connection a request came in on. */
export interface ConnectionInfo {
  /** Unique in the life of the broker. */
  readonly id: number
  /** Name of the listener, e.g. 'PLAINTEXT' or 'INTERNAL'. */
  readonly listenerName: string
  readonly securityProtocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  /** `User:ANONYMOUS` until somebody authenticated. */
  readonly principal: string
  /** Address of this broker as the client reached it. */
  readonly local: Address
  readonly remote: Address
  /** From ApiVersions v3+ (KIP-511), '' when not told. */
  readonly clientSoftwareName: string
  readonly clientSoftwareVersion: string
  /** Aborts when the connection is gone: long polls give up. */
  readonly closed: AbortSignal
  /** Remembers what the client said of itself. */
  tellSoftware(name: string, version: string): void
}

/** What is done to a resource; Kafka's AclOperation names. */
export type AclOperationName =
  | 'Read'
  | 'Write'
  | 'Create'
  | 'Delete'
  | 'Alter'
  | 'Describe'
  | 'ClusterAction'
  | 'DescribeConfigs'
  | 'AlterConfigs'
  | 'IdempotentWrite'
export type AclResourceTypeName = 'Topic' | 'Group' | 'Cluster' | 'TransactionalId'

/** A feature and the levels that this broker can go by. */
export interface SupportedFeature {
  readonly name: string
  readonly minVersion: number
  readonly maxVersion: number
}

/** What ApiVersions tells of features. */
export interface Features {
  readonly supportedFeatures: readonly SupportedFeature[]
  /** -1 while nothing was ever finalized. */
  readonly finalizedFeaturesEpoch: number
  readonly finalizedFeatures: readonly {
    readonly name: string
    readonly minVersionLevel: number
    readonly maxVersionLevel: number
  }[]
}

/** The services of the broker, the same for every request. */
export interface BrokerServices {
  readonly world: World
  /** Static and dynamic settings of this broker; read when needed, never kept. */
  readonly settings: LayeredSettingsView
  readonly brokerId: number
  readonly clusterId: string
  /** The applied metadata: synchronous, read-only. */
  readonly metadata: MetadataView
  /** Every change of metadata, carried to the active controller. */
  readonly controller: Controller
  /** The same for requests that another broker has carried here: answers NOT_CONTROLLER if this broker is not it. */
  readonly ownController: Controller
  /** What else is stored of the cluster, and may be changed by any broker: configs, quotas, users, features. */
  readonly administration: Administration
  /** Whether this broker may still act as what metadata says. */
  readonly lease: Lease
  /** The partitions hosted here. */
  readonly replicas: Replicas
  /** The groups this broker coordinates. */
  readonly groups: GroupCoordinator
  /** The transactions this broker coordinates. */
  readonly transactions: TransactionCoordinator
  /** Who coordinates what, by FindCoordinator's key type. */
  readonly coordinators: ReadonlyMap<number, CoordinatorLocator>
  /** One timer for long polls, delays and time-outs. */
  readonly wheel: TimerWheel
  /** How much the answers to fetches may hold. */
  readonly fetchBudget: FetchBudget
  /** Counters of what comes in and goes out. */
  readonly traffic: Traffic
  /** Features clients learn of (KIP-584). */
  readonly features: () => Features
  /** Everything that is implemented; ApiVersions is answered from it. */
  readonly handlers: readonly Handler[]
}

/** Everything a handler may use. */
export interface RequestContext extends BrokerServices {
  /** Version of the request being answered. */
  readonly version: number
  readonly clientId: string | null
  readonly connection: ConnectionInfo
  /** Throws the KafkaError of a refusal (TOPIC_AUTHORIZATION_FAILED …); nothing is refused without an authorizer. */
  authorize(operation: AclOperationName, resourceType: AclResourceTypeName, name: string): void
  /** The same question as a boolean, for lists from which hidden entries are left out. */
  isAuthorized(
    operation: AclOperationName,
    resourceType: AclResourceTypeName,
    name: string,
  ): boolean
  /** Runs `release` when the answer's bytes have left or can no longer leave: gives memory back. */
  onSent(release: () => void): void
  /** A handler with borrowed request bytes has copied what it needs; they may be reused from now on. */
  releaseRequest(): void
  /** The client is told to stay quiet for this long (KIP-219); the connection is muted meanwhile. */
  throttle(throttleTimeMs: number): void
}
