// `samsa acl list`, `create` and `delete`.

import type { AclBinding, AclFilter, AclOperation, AclResourceType } from '@samsa/client'
import { type ExitCode, UsageError } from '../../command-line.ts'
import {
  type AdminContext,
  type AdminFlags,
  reportFailures,
} from '../../connection/admin-command.ts'
import { show } from '../../terminal/show.ts'
import { tableText } from '../../terminal/table.ts'
import type { aclResources } from './command.ts'

interface PatternFlags extends AdminFlags {
  readonly resource?: (typeof aclResources)[number]
  readonly name?: string
  readonly pattern: 'literal' | 'prefixed'
}

interface ListFlags extends PatternFlags {
  readonly principal?: string
}

interface EntryFlags extends PatternFlags {
  readonly principal: readonly string[]
  readonly operation: readonly string[]
  readonly host: string
  readonly deny?: boolean
}

/** The one cluster has always the same name. */
const clusterName = 'kafka-cluster'

function wireName(text: string): string {
  return text.toUpperCase().replaceAll('-', '_')
}

/** Lists entries. */
export async function list({ admin, output }: AdminContext, flags: ListFlags): Promise<void> {
  const bindings = await admin.acls.describe({
    ...patternOf(flags),
    ...(flags.principal === undefined ? {} : { principal: flags.principal }),
  })
  await show(output, flags.json, bindings, () => bindingsText(bindings))
}

function patternOf({ resource, name, pattern }: PatternFlags): AclFilter {
  const resourceName = name ?? (resource === 'cluster' ? clusterName : undefined)
  return {
    ...(resource === undefined ? {} : { resourceType: wireName(resource) as AclResourceType }),
    ...(resourceName === undefined ? {} : { resourceName }),
    ...(name === undefined ? {} : { patternType: pattern === 'prefixed' ? 'PREFIXED' : 'LITERAL' }),
  }
}

function bindingsText(bindings: readonly AclBinding[]): string {
  return tableText(
    ['principal', 'permission', 'operation', 'resource', 'name', 'pattern', 'host'],
    bindings.map((one) => [
      one.principal,
      one.permission.toLowerCase(),
      one.operation.toLowerCase(),
      one.resourceType.toLowerCase(),
      one.resourceName,
      (one.patternType ?? 'LITERAL').toLowerCase(),
      one.host ?? '*',
    ]),
  )
}

/** Creates entries: one for each principal and operation. */
export async function create(context: AdminContext, flags: EntryFlags): Promise<ExitCode> {
  const { resourceType, resourceName, patternType = 'LITERAL' } = patternOf(flags)
  if (resourceType === undefined || resourceName === undefined || flags.operation.length === 0) {
    throw new UsageError('say what is allowed: --resource, --name and --operation')
  }
  const bindings = flags.principal.flatMap((principal) =>
    flags.operation.map((operation) => ({
      resourceType,
      resourceName,
      patternType,
      principal,
      host: flags.host,
      operation: wireName(operation) as AclOperation,
      permission: flags.deny === true ? ('DENY' as const) : ('ALLOW' as const),
    })),
  )
  const outcomes = await context.admin.acls.create(bindings).each()
  const exitCode = reportFailures(context, outcomes)
  if (exitCode === 0) {
    await show(context.output, flags.json, bindings, () => bindingsText(bindings))
  }
  return exitCode
}

/** Deletes entries that match. */
export async function remove(context: AdminContext, flags: EntryFlags): Promise<ExitCode> {
  const filters = flags.principal.flatMap((principal) => {
    const operations = flags.operation.length === 0 ? [undefined] : flags.operation
    return operations.map((operation) => ({
      ...patternOf(flags),
      principal,
      ...(operation === undefined ? {} : { operation: wireName(operation) as AclOperation }),
    }))
  })
  const outcomes = await context.admin.acls.delete(filters).each()
  const exitCode = reportFailures(context, outcomes)
  const deleted = [...outcomes.values()].flatMap((one) => (one instanceof Error ? [] : one))
  await show(context.output, flags.json, deleted, () =>
    deleted.length === 0 ? 'no entry matched\n' : `deleted:\n${bindingsText(deleted)}`,
  )
  return exitCode
}
