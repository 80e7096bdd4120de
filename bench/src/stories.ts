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
}

/** Measures one story. */
type Story = (options: StoryOptions) => Promise<readonly Row[]>

/** What `npm run bench -- NAME` can measure. */
export const stories: Readonly<Record<string, Story>> = {
  protocol: async () => [
    ...(await (await import('./protocol/messages.ts')).benchMessages()),
    ...(await (await import('./protocol/batches.ts')).benchBatches()),
  ],
  broker: async () => (await import('./broker/story.ts')).benchBroker(),
  connections: async () => (await import('./broker/connections.ts')).benchConnections(),
  log: async () => (await import('./log/log.ts')).benchLog(),
  client: async (options) => (await import('./client/story.ts')).benchClient(options),
  'client-heap': async (options) => (await import('./client/heap.ts')).benchHeap(options),
  groups: async () => (await import('./groups/story.ts')).benchGroups(),
}
