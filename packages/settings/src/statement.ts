/**
 * What was said about settings, by whom and where: a properties file, the environment, the command
 * line, or the program that starts the broker.
 *
 * Invariant: statements come in order of precedence, so of two about one key the later one counts.
 */
import { brokerSettings } from './broker/broker-settings.ts'
import { listenerPrefix } from './listener-key.ts'
import { decodeProperties, parseProperties } from './properties.ts'
import { type Problem, SettingsError } from './problem.ts'

/** Who said it: the starting program as its own default, a file, the environment, or `--set`. */
export type Origin = 'preset' | 'file' | 'environment' | 'set'

/** One `key = value` that somebody said. */
export interface Statement {
  readonly key: string
  readonly value: string
  readonly origin: Origin
  /** For people: `server.properties, line 12`. */
  readonly where: string
}

/** Where a broker's settings come from; later fields win over earlier ones. */
export interface SettingsSources {
  /** What the starting program proposes, over Kafka's defaults and under everything a user says. */
  readonly presets?: Readonly<Record<string, string>>
  /** A properties file. Its name is used in messages only. */
  readonly file?: { readonly name: string; readonly content: string | Uint8Array }
  /** Environment variables; those called `SAMSA_…` are read: `SAMSA_LOG_RETENTION_MS`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Command line arguments of the form `key=value`. */
  readonly set?: readonly string[]
}

/** Everything said, in order of precedence; what could not be read at all goes into `problems`. */
export function statements(sources: SettingsSources, problems: Problem[]): Statement[] {
  return [
    ...fromPresets(sources.presets ?? {}),
    ...fromFile(sources.file, problems),
    ...fromEnvironment(sources.environment ?? {}),
    ...fromArguments(sources.set ?? [], problems),
  ]
}

function fromPresets(presets: Readonly<Record<string, string>>): Statement[] {
  return Object.entries(presets).map(([key, value]) => ({
    key,
    value,
    origin: 'preset',
    where: 'the starting program',
  }))
}

function fromFile(file: SettingsSources['file'], problems: Problem[]): Statement[] {
  if (file === undefined) return []
  const { name, content } = file
  const text = typeof content === 'string' ? content : decodeProperties(content)
  try {
    return parseProperties(text, name).map(({ key, value, line }) => {
      return { key, value, origin: 'file', where: `${name}, line ${line}` }
    })
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    problems.push(...error.problems)
    return []
  }
}

function fromArguments(argumentTexts: readonly string[], problems: Problem[]): Statement[] {
  const said: Statement[] = []
  for (const text of argumentTexts) {
    const at = text.indexOf('=')
    const key = text.slice(0, at).trim()
    if (at > 0 && key !== '') {
      said.push({ key, value: text.slice(at + 1), origin: 'set', where: `--set ${key}` })
      continue
    }
    const expected = 'key=value'
    const message = `--set takes key=value, not "${text}".`
    problems.push({ key: text, value: null, source: '--set', expected, message })
  }
  return said
}

const environmentPrefix = 'SAMSA_'
const environmentListenerPrefix = environmentName(listenerPrefix)
const keysByEnvironmentName = new Map(
  Object.keys(brokerSettings).map((key) => [environmentName(key), key]),
)

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Statement[] {
  const said: Statement[] = []
  for (const name of Object.keys(environment).sort()) {
    const value = environment[name]
    if (value === undefined || !name.startsWith(environmentPrefix)) continue
    const key = keyOfEnvironmentName(name.slice(environmentPrefix.length))
    said.push({ key, value, origin: 'environment', where: `environment ${name}` })
  }
  return said
}

/** `LOG_RETENTION_MS` for `log.retention.ms`: upper case, with `_` for every other sign. */
function environmentName(key: string): string {
  return key.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')
}

/**
 * The key an environment variable means. The table decides where its name has signs other than dots
 * or capitals; of a listener's setting the longest known ending is taken, since a listener's name
 * may hold `_`. A name that nothing fits is written with dots, to be found unknown later.
 */
function keyOfEnvironmentName(name: string): string {
  const known = keysByEnvironmentName.get(name)
  if (known !== undefined) return known
  if (name.startsWith(environmentListenerPrefix)) {
    const rest = name.slice(environmentListenerPrefix.length)
    for (let at = rest.indexOf('_'); at > 0; at = rest.indexOf('_', at + 1)) {
      const base = keysByEnvironmentName.get(rest.slice(at + 1))
      if (base !== undefined) return `${listenerPrefix}${rest.slice(0, at).toLowerCase()}.${base}`
    }
  }
  return name.toLowerCase().replaceAll('_', '.')
}
