/**
 * One row of the settings table, and the few functions that write rows.
 *
 * A row is everything Samsa knows about one setting: its type, Kafka's own default, what values are
 * allowed, what it means, when it may change, and whether it does anything here. Types, parsing,
 * validation, DescribeConfigs and the reference page are all derived from rows, so no fact about a
 * setting is written twice.
 */

/** Kafka's types of settings (ConfigDef.Type). */
export type SettingType =
  | 'boolean'
  | 'string'
  | 'int'
  | 'short'
  | 'long'
  | 'double'
  | 'list'
  | 'class'
  | 'password'

/** What a parsed setting can be. Null means Kafka's "no value". */
export type SettingValue = boolean | number | string | readonly string[] | null

/** When a broker setting may change: at start only, for one broker, or for the whole cluster. */
export type DynamicMode = 'read-only' | 'per-broker' | 'cluster-wide'

/** Kafka's own ranking of how much a setting matters. */
export type Importance = 'high' | 'medium' | 'low'

/** A broker setting that supplies a topic setting's default, and what to multiply it by. */
export interface BrokerSynonym {
  readonly key: string
  /** Factor from the broker setting's unit to the topic setting's, for example hours to ms. */
  readonly factor: number
}

/** One setting. `default` is Apache Kafka's own, for Samsa's own settings it is ours. */
export interface Setting<out Value extends SettingValue = SettingValue> {
  readonly type: SettingType
  readonly default: Value
  /** One or two sentences in our own words. */
  readonly doc: string
  readonly importance: Importance
  readonly dynamic: DynamicMode
  /** Smallest number allowed, inclusive. */
  readonly min?: number
  /** Largest number allowed, inclusive. */
  readonly max?: number
  /** A number allowed although it lies outside the range, for example -1. */
  readonly besides?: number
  /** The strings allowed; for a list, the elements allowed. */
  readonly among?: readonly string[]
  /** Whether `among` is compared without regard to case. */
  readonly anyCase?: boolean
  /** A form that a string (or each element of a list) must have, with its name for people. */
  readonly form?: { readonly pattern: RegExp; readonly expected: string }
  /** Whether the empty string is refused. */
  readonly nonEmpty?: boolean
  /** For a topic setting: the broker settings that supply its default, the first one set wins. */
  readonly broker: readonly BrokerSynonym[]
  /** Whether the value is a secret: never logged, described or put into a message. */
  readonly sensitive: boolean
  /** Kafka hides these from users; they are accepted and read but not described. */
  readonly internal: boolean
  /** False where Kafka has no default; ours then means that nothing was said. */
  readonly hasDefault: boolean
  /** 'accepted' settings are known to Kafka and mean nothing in Samsa. */
  readonly use: 'honoured' | 'accepted'
  /** For an accepted setting: why it has no effect here. A full sentence. */
  readonly reason?: string
}

/** A table of settings, keyed by Kafka's names. */
export type SettingsTable = Readonly<Record<string, Setting>>

/** The parsed values of a table: `Settings<typeof topicSettings>['segment.bytes']` is a number. */
export type Settings<Table extends SettingsTable> = {
  readonly [Key in keyof Table]: Table[Key] extends Setting<infer Value> ? Value : never
}

/** What every kind of row may say. `importance` is 'medium' and `dynamic` 'read-only' if unsaid. */
export interface SettingOptions {
  readonly doc: string
  readonly importance?: Importance
  readonly dynamic?: DynamicMode
  readonly broker?: string | readonly (string | BrokerSynonym)[]
  readonly internal?: boolean
  /** Kafka wants the setting said; our default means that it was not. */
  readonly hasDefault?: false
  /** Makes the setting 'accepted': known, without effect, for this reason (a full sentence). */
  readonly accepted?: string
}

interface NumberOptions extends SettingOptions {
  readonly min?: number
  readonly max?: number
  readonly besides?: number
}

interface TextOptions extends SettingOptions {
  readonly among?: readonly string[]
  readonly anyCase?: boolean
  readonly form?: { readonly pattern: RegExp; readonly expected: string }
  readonly nonEmpty?: boolean
}

/** Kafka's Long.MAX_VALUE, "no limit". As a number it is 2^63; it is written back exactly. */
export const LONG_MAX = 2 ** 63

/** Kafka's Integer.MAX_VALUE, meaning "no limit". */
export const INT_MAX = 2_147_483_647

type OrNull<Value extends SettingValue, Default> = null extends Default ? Value | null : Value

/** A row of type boolean. */
export function boolean(initial: boolean, options: SettingOptions): Setting<boolean> {
  return row('boolean', initial, options)
}

/** A row of type int: 32 bits, signed. */
export function int<D extends number | null>(
  initial: D,
  options: NumberOptions,
): Setting<OrNull<number, D>> {
  return row('int', initial as OrNull<number, D>, options)
}

/** A row of type short: 16 bits, signed. */
export function short<D extends number | null>(
  initial: D,
  options: NumberOptions,
): Setting<OrNull<number, D>> {
  return row('short', initial as OrNull<number, D>, options)
}

/** A row of type long: 64 bits, signed; values beyond 2^53 are rounded when parsed. */
export function long<D extends number | null>(
  initial: D,
  options: NumberOptions,
): Setting<OrNull<number, D>> {
  return row('long', initial as OrNull<number, D>, options)
}

/** A row of type double. */
export function double(initial: number, options: NumberOptions): Setting<number> {
  return row('double', initial, options)
}

/** A row of type string. */
export function string<D extends string | null>(
  initial: D,
  options: TextOptions,
): Setting<OrNull<string, D>> {
  return row('string', initial as OrNull<string, D>, options)
}

/** A row of type string that takes one of a few values; its TypeScript type is their union. */
export function oneOf<const Choice extends string>(
  initial: NoInfer<Choice>,
  among: readonly Choice[],
  options: SettingOptions & { readonly anyCase?: boolean },
): Setting<Choice> {
  return row('string', initial as Choice, { ...options, among })
}

/** A row of type list: comma-separated strings. */
export function list<D extends readonly string[] | null>(
  initial: D,
  options: TextOptions,
): Setting<OrNull<readonly string[], D>> {
  return row('list', initial as OrNull<readonly string[], D>, options)
}

/** A row that names a Java class. Samsa never loads one; the name is kept for DescribeConfigs. */
export function javaClass<D extends string | null>(
  initial: D,
  options: SettingOptions,
): Setting<OrNull<string, D>> {
  return row('class', initial as OrNull<string, D>, options)
}

/** A row that holds a secret. */
export function password(options: SettingOptions): Setting<string | null> {
  return row<string | null>('password', null, options)
}

/** A broker synonym counted in hours for a topic setting counted in milliseconds. */
export function hours(key: string): BrokerSynonym {
  return { key, factor: 3_600_000 }
}

/** A broker synonym counted in minutes for a topic setting counted in milliseconds. */
export function minutes(key: string): BrokerSynonym {
  return { key, factor: 60_000 }
}

/** The row of `table` under `key`, or undefined; never something that objects inherit. */
export function rowOf(table: SettingsTable, key: string): Setting | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}

function row<Value extends SettingValue>(
  type: SettingType,
  initial: Value,
  options: NumberOptions & TextOptions,
): Setting<Value> {
  const { broker = [], accepted, importance = 'medium', dynamic = 'read-only', ...rest } = options
  const synonyms = typeof broker === 'string' ? [broker] : broker
  return {
    ...rest,
    type,
    default: initial,
    importance,
    dynamic,
    broker: synonyms.map((one) => (typeof one === 'string' ? { key: one, factor: 1 } : one)),
    sensitive: type === 'password',
    internal: options.internal ?? false,
    hasDefault: options.hasDefault ?? true,
    use: accepted === undefined ? 'honoured' : 'accepted',
    ...(accepted === undefined ? {} : { reason: accepted }),
  }
}
