// Doing the same to many logs, a few at a time: a disk serves several calls together faster than one after the other.

/**
 * Runs `action` on all items in their order, at most `parallel` at a time. After a failure nothing more begins; it
 * rejects with the first failure when nothing is under way any more.
 */
export async function eachOf<T>(
  items: readonly T[],
  parallel: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next] as T
      next += 1
      try {
        await action(item)
      } catch (error) {
        next = items.length
        throw error
      }
    }
  }
  const workers = Array.from({ length: Math.min(parallel, items.length) }, worker)
  await Promise.allSettled(workers)
  await Promise.all(workers)
}
