// Where the families of admin calls hand in their errands: it knows the cluster and turns a call's options into patience.

import type { OpenLink } from '../cluster/open-link.ts'
import type { Cluster, Patience } from '../cluster/cluster.ts'
import {
  type AdminCallOptions,
  type AskContext,
  type Errand,
  type Route,
  runErrand,
} from './errand.ts'
import { Results } from './results.ts'

/** Something to be done once, by one broker. */
interface SingleErrand<Value> {
  /** In sentences. */
  readonly name: string
  readonly route: Route<string>
  ask(link: OpenLink, context: AskContext): Promise<Value>
}

/** Does errands for the families. */
export class Desk {
  readonly cluster: Cluster

  constructor(cluster: Cluster) {
    this.cluster = cluster
  }

  /** How long a call may take. */
  patience({ timeoutMs, signal }: AdminCallOptions = {}): Patience {
    const { world, settings } = this.cluster
    const deadlineMs = world.clock.monotonic() + (timeoutMs ?? settings.defaultApiTimeoutMs)
    return { deadlineMs, signal }
  }

  /** Does an errand. */
  run<Item, Key extends string | number, Value>(
    errand: Errand<Item, Key, Value>,
    options?: AdminCallOptions,
  ): Results<Key, Value> {
    return new Results(runErrand(this.cluster, errand, this.patience(options)))
  }

  /** Does an errand of one item; rejects with its error. */
  async runOne<Value>(errand: SingleErrand<Value>, options?: AdminCallOptions): Promise<Value> {
    const { name, route } = errand
    const results = this.run(
      {
        items: [name],
        keyOf: (item) => item,
        nameOf: (item) => item,
        route,
        ask: async (link, _items, context) => new Map([[name, await errand.ask(link, context)]]),
      },
      options,
    )
    const values = await results
    return values.get(name) as Value
  }
}
