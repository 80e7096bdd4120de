// Plays the transcripts in testdata/: commands, and the answers, records and markers that came of them.

import { join } from 'node:path'
import { memoryDisk, SeededRandom } from '@samsa/world/simulated'
import { testTranscripts } from '../coordinators/testing/transcript-player.ts'
import { allCommands, Stage } from './testing/transaction-stage.ts'

testTranscripts(join(import.meta.dirname, 'testdata'), () => {
  const stage = new Stage(new SeededRandom(1), memoryDisk())
  return { stage, commands: allCommands, clientOf: (name) => stage.producer(name) }
})
