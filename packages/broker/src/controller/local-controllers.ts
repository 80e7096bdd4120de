// The controllers that can be reached from here: those of the brokers of this process.

import type { ControllerCommands } from './active-controller.ts'
import type { ControllerPeers } from './cluster-controller.ts'
import type { ControllerCandidate } from './controller-candidate.ts'

/** The candidates of one process, by broker id; shared by its brokers. */
export class LocalControllers implements ControllerPeers {
  readonly #candidates = new Map<number, ControllerCandidate>()

  add(brokerId: number, candidate: ControllerCandidate): void {
    this.#candidates.set(brokerId, candidate)
  }

  remove(brokerId: number): void {
    this.#candidates.delete(brokerId)
  }

  /** Whether the broker of this id is in this process. */
  isHere(brokerId: number): boolean {
    return this.#candidates.has(brokerId)
  }

  controllerOn(brokerId: number): ControllerCommands | undefined {
    return this.#candidates.get(brokerId)?.active
  }
}
