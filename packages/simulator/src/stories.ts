// All simulations by name.

/** Runs a simulation with its arguments; resolves to whether everything held. */
type Story = (args: readonly string[]) => Promise<boolean>

/** What `npm run simulate -- NAME` can run. */
export const stories: Readonly<Record<string, Story>> = {
  log: async (args) => (await import('./log/main.ts')).run(args),
  client: async (args) => (await import('./client/main.ts')).run(args),
  consumers: async (args) => (await import('./consumers/main.ts')).run(args),
  broker: async (args) => (await import('./broker/main.ts')).run(args),
  coordinators: async (args) => (await import('./coordinators/main.ts')).run(args),
  transactions: async (args) => (await import('./transactions/main.ts')).run(args),
  cluster: async (args) => (await import('./cluster/main.ts')).run(args),
  coordination: async (args) => (await import('./coordination/main.ts')).run(args),
}
