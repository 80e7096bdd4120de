// `npm run simulate -- STORY [--seeds N] [--fresh N] [--seed N] [--shrink]`: seeded programs with faults against our own
// code. A failure prints its seed, and `--seed` replays it; all words are in `run-seeds.ts`.

import { stories } from './stories.ts'

const [name = '', ...rest] = process.argv.slice(2)
const story = stories[name]
if (story === undefined) {
  process.stderr.write(`usage: simulate STORY [--seeds N] [--seed N]; stories: `)
  process.stderr.write(`${Object.keys(stories).join(', ')}\n`)
  process.exit(2)
}
process.exit((await story(rest)) ? 0 : 1)
