// What the simulator needs of Node's event loop: to finish all promise continuations between two of its own events.
// Node has no public call for it, only the wait for the next turn (700,000 a second). The function that Node itself
// runs after each callback is reachable as `process._tickCallback` and does it in place, nine times as fast; without
// it the next turn does.

interface ProcessWithTicks {
  readonly _tickCallback?: () => void
}

/**
 * Runs all pending promise continuations, and those they lead to, before it returns. Works only outside of promise
 * continuations, in a callback of the event loop. `undefined` when this Node cannot.
 */
export const drainContinuations: (() => void) | undefined = findDrain()

/** Runs `callback` in the next turn of the event loop, after all promise continuations. */
export function inNextTurn(callback: () => void): void {
  setImmediate(callback)
}

function findDrain(): (() => void) | undefined {
  const drain = (process as unknown as ProcessWithTicks)._tickCallback
  return typeof drain === 'function' ? () => drain.call(process) : undefined
}
