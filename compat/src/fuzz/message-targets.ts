/** Every version of every message as a fuzzing target; golden encodings are the seeds. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { messages } from '@samsa/protocol'
import type { Message } from '@samsa/protocol'
import { filesIn } from '../vectors/files-in.ts'
import { readVectors } from '../vectors/messages.ts'
import type { Target } from './target.ts'

const root = join(import.meta.dirname, '../../..')
const places = [
  join(root, '../shared/protocol'),
  join(root, 'packages/protocol/src/messages/testdata'),
]

/** Decoding of each message version; what was taken must be taken again when it is written. */
export function messageTargets(): Target[] {
  const seeds = goldenBytes()
  const targets: Target[] = []
  for (const message of messages.values() as Iterable<Message<unknown, unknown>>) {
    const [first, last] = message.versions
    for (let version = first; version <= last; version++) {
      targets.push({
        name: `${message.name} ${version}`,
        seeds: seeds.get(`${message.name} ${version}`) ?? seeds.get(message.name) ?? [],
        run: (bytes) => void message.encode(version, message.decode(version, bytes)),
      })
    }
  }
  return targets
}

/** Encodings by name and version, and by name alone for versions of which there are none. */
export function goldenBytes(): Map<string, Buffer[]> {
  const seeds = new Map<string, Buffer[]>()
  const place = places.find((path) => existsSync(path))
  if (place === undefined) return seeds
  for (const file of filesIn(place, 'vectors', '.jsonl')) {
    for (const { message, version, hex } of readVectors(file)) {
      const bytes = Buffer.from(hex, 'hex')
      for (const key of [message, `${message} ${version}`]) {
        const known = seeds.get(key)
        if (known === undefined) seeds.set(key, [bytes])
        else known.push(bytes)
      }
    }
  }
  return seeds
}
