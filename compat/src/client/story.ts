// What a story of our client is told: the broker, names of its own, and where to say what holds.

import { setTimeout as delay } from 'node:timers/promises'
import type { Checks } from '../runner/suite.ts'

/** The stage of a story. */
interface Stage {
  readonly bootstrap: string
  /** Before the names of the story's topics, so that stories do not meet. */
  readonly prefix: string
  readonly checks: Checks
}

/** What `ask` answers as soon as it holds; the last answer if it does not within 5 s: brokers learn of changes in their own time. */
export async function soon<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const answer = await ask()
    if (holds(answer) || tries === 100) return answer
    await delay(50)
  }
}

/** A story that holds for Samsa and for Apache Kafka. */
export type Story = (stage: Stage) => Promise<void>

/** The error that a promise was rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<Error | undefined> {
  try {
    await promise
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
  return undefined
}
