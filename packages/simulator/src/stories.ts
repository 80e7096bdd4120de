// All simulations by name.

/** Runs a simulation with its arguments; resolves to whether everything held. */
type Story = (args: readonly string[]) => Promise<boolean>

/** What `npm run simulate -- NAME` can run. */
export const stories: Readonly<Record<string, Story>> = {
  coordination: async (args) => (await import('./coordination/main.ts')).run(args),
}
