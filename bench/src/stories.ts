// All benchmark stories by name. Each is loaded only when it runs, so that one story's code does not weigh on another's.

import type { Row } from './row.ts'

/** What the command line may say beside the story's name. */
export interface StoryOptions {
  /** Which broker clients are measured against. */
  readonly against?: string | undefined
  /** Parts of the story, separated by commas. */
  readonly only?: string | undefined
  /** How long a story of endurance lasts. */
  readonly minutes?: string | undefined
  /** A short run that shows that the story works, with fewer and shorter rounds and smaller amounts. */
  readonly smoke?: boolean
}

/** Measures one story. */
type Story = (options: StoryOptions) => Promise<readonly Row[]>

/** What `npm run bench -- NAME` can measure. */
export const stories: Readonly<Record<string, Story>> = {
  protocol: async () => [
    ...(await (await import('./protocol/messages.ts')).benchMessages()),
    ...(await (await import('./protocol/batches.ts')).benchBatches()),
  ],
  broker: async (options) => (await import('./broker/story.ts')).benchBroker(options),
  connections: async (options) =>
    (await import('./broker/connections.ts')).benchConnections(options),
  log: async (options) => (await import('./log/log.ts')).benchLog(options),
  client: async (options) => (await import('./client/story.ts')).benchClient(options),
  'client-heap': async (options) => (await import('./client/heap.ts')).benchHeap(options),
  groups: async (options) => (await import('./groups/story.ts')).benchGroups(options),
  cluster: async (options) => (await import('./cluster/story.ts')).benchCluster(options),
}
