// Plays the transcripts in testdata/: commands, and the answers, records and events that came of them.

import { join } from 'node:path'
import { memoryDisk, SeededRandom } from '@samsa/world/simulated'
import { testTranscripts } from '../coordinators/testing/transcript-player.ts'
import { groupCommands, Stage } from './testing/group-stage.ts'

testTranscripts(join(import.meta.dirname, 'testdata'), () => {
  const stage = new Stage(new SeededRandom(1), memoryDisk())
  return { stage, commands: groupCommands, clientOf: (name) => stage.client(name) }
})
