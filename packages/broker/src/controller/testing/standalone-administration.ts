// The administration of a cluster that nobody else is in, for brokers in tests whose topics are set by hand.

import { EmbeddedStore } from '@samsa/coordination'
import type { World } from '@samsa/world'
import type { LayeredSettingsView } from '../../configs/broker-settings-view.ts'
import { LogLevels } from '../../configs/log-levels.ts'
import { AppliedMetadata } from '../../metadata/applied-metadata.ts'
import { prepareTree } from '../../metadata/prepare-tree.ts'
import { Administration } from '../administration.ts'

/** Opens it on the world's disk. */
export async function standaloneAdministration(
  world: World,
  settings: LayeredSettingsView,
): Promise<Administration> {
  const store = await EmbeddedStore.open(world, { directory: '/coordination' })
  const session = store.connect()
  await prepareTree(world, session)
  const metadata = await AppliedMetadata.open(world, session)
  const logLevels = new LogLevels(settings.get('log.level'))
  return new Administration({ session, metadata, settings, logLevels, supportedFeatures: [] })
}
