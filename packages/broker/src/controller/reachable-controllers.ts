// Where the active controller is reached: in this process, or over the network.

import type { BrokerPeers } from '../peers/broker-peers.ts'
import type { ControllerCommands } from './active-controller.ts'
import type { ControllerPeers } from './cluster-controller.ts'
import type { LocalControllers } from './local-controllers.ts'
import { RemoteController } from './remote-controller.ts'

/** Every controller that one broker can ask. */
export class ReachableControllers implements ControllerPeers {
  readonly #local: LocalControllers
  readonly #peers: BrokerPeers
  readonly #remote = new Map<number, RemoteController>()

  constructor(local: LocalControllers, peers: BrokerPeers) {
    this.#local = local
    this.#peers = peers
  }

  controllerOn(brokerId: number): ControllerCommands | undefined {
    if (brokerId === -1) return undefined
    if (this.#local.isHere(brokerId)) return this.#local.controllerOn(brokerId)
    let remote = this.#remote.get(brokerId)
    if (remote === undefined) {
      remote = new RemoteController(brokerId, this.#peers)
      this.#remote.set(brokerId, remote)
    }
    return remote
  }
}
