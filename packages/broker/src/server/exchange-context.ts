// The context of one request: the broker's services, seen together with the connection and the exchange.

import type { Exchange } from '@samsa/network'
import type {
  AclOperationName,
  AclResourceTypeName,
  BrokerServices,
  ConnectionInfo,
  RequestContext,
} from '../handlers/request-context.ts'
import { isCarriedHere } from '../controller/remote-controller.ts'
import type { Peer } from './request-loop.ts'

/** What a handler gets. */
export class ExchangeContext implements RequestContext {
  readonly version: number
  readonly clientId: string | null
  readonly #services: BrokerServices
  readonly #exchange: Exchange
  readonly #peer: Peer
  #releases: (() => void)[] | undefined

  constructor(
    services: BrokerServices,
    exchange: Exchange,
    peer: Peer,
    version: number,
    clientId: string | null,
  ) {
    this.#services = services
    this.#exchange = exchange
    this.#peer = peer
    this.version = version
    this.clientId = clientId
  }

  get world(): BrokerServices['world'] {
    return this.#services.world
  }
  get settings(): BrokerServices['settings'] {
    return this.#services.settings
  }
  get brokerId(): number {
    return this.#services.brokerId
  }
  get clusterId(): string {
    return this.#services.clusterId
  }
  get metadata(): BrokerServices['metadata'] {
    return this.#services.metadata
  }
  get controller(): BrokerServices['controller'] {
    const { controller, ownController } = this.#services
    return isCarriedHere(this.clientId) ? ownController : controller
  }
  get ownController(): BrokerServices['ownController'] {
    return this.#services.ownController
  }
  get administration(): BrokerServices['administration'] {
    return this.#services.administration
  }
  get lease(): BrokerServices['lease'] {
    return this.#services.lease
  }
  get replicas(): BrokerServices['replicas'] {
    return this.#services.replicas
  }
  get groups(): BrokerServices['groups'] {
    return this.#services.groups
  }
  get transactions(): BrokerServices['transactions'] {
    return this.#services.transactions
  }
  get coordinators(): BrokerServices['coordinators'] {
    return this.#services.coordinators
  }
  get wheel(): BrokerServices['wheel'] {
    return this.#services.wheel
  }
  get fetchBudget(): BrokerServices['fetchBudget'] {
    return this.#services.fetchBudget
  }
  get traffic(): BrokerServices['traffic'] {
    return this.#services.traffic
  }
  get features(): BrokerServices['features'] {
    return this.#services.features
  }
  get handlers(): BrokerServices['handlers'] {
    return this.#services.handlers
  }
  get connection(): ConnectionInfo & Peer['info'] {
    return this.#peer.info
  }

  authorize(operation: AclOperationName, resourceType: AclResourceTypeName, name: string): void {
    this.administration.authorizer.require(this.#requester(), operation, resourceType, name)
  }

  isAuthorized(
    operation: AclOperationName,
    resourceType: AclResourceTypeName,
    name: string,
  ): boolean {
    return this.administration.authorizer.allows(this.#requester(), operation, resourceType, name)
  }

  #requester(): { readonly principal: string; readonly host: string } {
    const { principal, remote } = this.connection
    return { principal, host: remote.host }
  }

  onSent(release: () => void): void {
    if (this.#releases === undefined) this.#releases = [release]
    else this.#releases.push(release)
  }

  /** Given to the exchange: runs what `onSent` collected. */
  readonly sent = (): void => {
    const releases = this.#releases
    if (releases === undefined) return
    this.#releases = undefined
    for (const release of releases) release()
  }

  releaseRequest(): void {
    this.#exchange.releaseRequest()
  }

  throttle(throttleTimeMs: number): void {
    if (throttleTimeMs > 0) this.#peer.throttle(throttleTimeMs)
  }
}
