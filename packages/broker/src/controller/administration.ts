// What is stored of the cluster beside topics, with the rules for changing it. Any broker changes it by itself; the
// controller has no part in it.

import type { Coordination } from '@samsa/coordination'
import { DynamicConfigs } from '../configs/dynamic-configs.ts'
import type { LayeredSettingsView } from '../configs/broker-settings-view.ts'
import type { LogLevels } from '../configs/log-levels.ts'
import type { SupportedFeature } from '../handlers/request-context.ts'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import { ClientQuotas } from '../quotas/client-quotas.ts'
import { AccessControlLists } from '../security/access-control-lists.ts'
import { Authorizer } from '../security/authorizer.ts'
import { ScramUsers } from '../security/scram-users.ts'
import { ClusterFeatures } from './cluster-features.ts'

/** What the services work with. */
export interface AdministrationOptions {
  readonly session: Coordination
  readonly metadata: AppliedMetadata
  readonly settings: LayeredSettingsView
  readonly logLevels: LogLevels
  readonly supportedFeatures: readonly SupportedFeature[]
}

/** The services, one each. */
export class Administration {
  readonly configs: DynamicConfigs
  readonly logLevels: LogLevels
  readonly quotas: ClientQuotas
  readonly scramUsers: ScramUsers
  readonly accessControlLists: AccessControlLists
  readonly authorizer: Authorizer
  readonly features: ClusterFeatures

  constructor({
    session,
    metadata,
    settings,
    logLevels,
    supportedFeatures,
  }: AdministrationOptions) {
    this.configs = new DynamicConfigs(session, metadata)
    this.logLevels = logLevels
    this.quotas = new ClientQuotas(session, metadata)
    this.scramUsers = new ScramUsers(session, metadata)
    this.accessControlLists = new AccessControlLists(session, metadata)
    this.authorizer = new Authorizer(settings, this.accessControlLists)
    this.features = new ClusterFeatures(session, metadata, supportedFeatures)
  }
}
