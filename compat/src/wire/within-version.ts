// The part of a scripted request that a version can carry: scripts are written for the newest version and hold for all.

import type { Fields, Type } from '@samsa/protocol'

type Struct = Readonly<Record<string, unknown>>

/** The value without the fields that the version lacks. */
export function withinVersion(fields: Fields, version: number, value: Struct): Struct {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const spec = fields[name]?.spec
      if (spec === undefined) throw new Error(`the schema has no field ${name}`)
      if (version < spec.since || version > spec.until) return []
      return [[name, item === null ? null : itemWithin(spec.type, version, item)]]
    }),
  )
}

function itemWithin(type: Type, version: number, item: unknown): unknown {
  if (type.kind === 'struct') return withinVersion(type.fields, version, item as Struct)
  if (type.kind !== 'array') return item
  return (item as readonly unknown[]).map((element) => itemWithin(type.element, version, element))
}
