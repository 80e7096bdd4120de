// `npm run pictures`: terminal screens of real runs, as text files under docs/pictures. Needs tmux. A broker is started
// for them; what is drawn differs in its figures from run to run.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBroker } from '../packages/broker/src/index.ts'
import { Screen, screenNeed } from '../compat/src/screen/screen.ts'

const root = join(import.meta.dirname, '..')
const pictures = join(root, 'docs', 'pictures')
const columns = 110
const samsa = `'${process.execPath}' --conditions=@samsa/source packages/cli/src/main.ts`
const limitMs = 60_000

if (!screenNeed.check()) {
  process.stderr.write(`tmux is missing: ${screenNeed.how}\n`)
  process.exit(1)
}
mkdirSync(pictures, { recursive: true })
const directory = mkdtempSync(join(tmpdir(), 'samsa-pictures-'))
const broker = await startBroker({ directory })
const environment = { ...process.env, SAMSA_BROKERS: broker.bootstrapServers, NO_COLOR: '1' }

function screen(words: string, rows: number): Screen {
  return new Screen({ command: `${samsa} ${words}`, columns, rows, cwd: root, environment })
}

function keep(name: string, words: string, text: string): void {
  const address = broker.bootstrapServers
  const told = text
    .replaceAll(address, '127.0.0.1:9092')
    .replaceAll(directory, 'data')
    .replace(/\n+Pane is dead.*$/, '')
  writeFileSync(join(pictures, `${name}.txt`), `$ samsa ${words}\n${told.trim()}\n`)
  process.stdout.write(`docs/pictures/${name}.txt\n`)
}

/** Runs a command to its end and keeps what it leaves on the screen. */
async function keepResult(name: string, words: string): Promise<void> {
  using once = screen(words, 30)
  keep(name, words, await once.until(() => false, limitMs))
}

try {
  using demo = screen(`demo stocks --brokers ${broker.bootstrapServers} --speed 12`, 34)
  const isWorth = (text: string): boolean => /200[89]-\d\d-01 +\d+ ticks/.test(text)
  const text = await demo.until(isWorth, limitMs)
  keep('stocks', 'demo stocks', text)
  await keepResult('group-describe', 'group describe averages')
  await keepResult('doctor', 'doctor')
  demo.press('q')
  await demo.until(() => false, limitMs)
} finally {
  await broker.close()
  rmSync(directory, { recursive: true, force: true })
}
