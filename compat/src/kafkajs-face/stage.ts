// What a program of this suite is given, and what it gives: something that is the same with kafkajs and with our face.

/** Where a program runs. */
export interface FaceStage {
  readonly brokers: string[]
  /** Before the names of its topics and groups. */
  readonly prefix: string
}

/** A program; what it gives is compared as JSON. */
export type FaceProgram = (stage: FaceStage) => Promise<unknown>

/** Resolves when `holds` does; rejects after 30 s. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const startedMs = performance.now()
  while (!holds()) {
    if (performance.now() - startedMs > 30_000) throw new Error(`${what} has not come to pass`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** What a rejected promise says of itself: class, type and code. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    const { name, type, code, retriable } = error as Record<string, unknown>
    return { name, type, code, retriable }
  }
  return 'no failure'
}
