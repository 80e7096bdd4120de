/** Our APIs with their header versions, and our errors, against Kafka's tables of both. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { apis, errorName, KafkaError } from '@samsa/protocol'
import { requestHeaderVersion, responseHeaderVersion } from '@samsa/protocol'
import type { CheckResult } from './check-result.ts'
import { CheckCounter } from './check-result.ts'

interface Headers {
  readonly requestHeader?: { readonly [versions: string]: number }
  readonly responseHeader?: { readonly [versions: string]: number }
}

interface ApiEntry extends Headers {
  readonly id: number
  readonly message: string
  /** The release that still had what 4.x dropped. */
  readonly '3.9.2'?: Headers
}

interface ErrorEntry {
  readonly code: number
  readonly name: string
  readonly retriable: boolean
}

/** Checks DIR/apis.json and DIR/errors.json. */
export async function checkTables(directory: string): Promise<CheckResult> {
  const counter = new CheckCounter()
  const read = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), 'utf8'))
  for (const entry of (read('apis.json') as { apis: readonly ApiEntry[] }).apis) {
    counter.check(`api ${entry.message}`, () => compareApi(entry))
  }
  for (const entry of (read('errors.json') as { errors: readonly ErrorEntry[] }).errors) {
    counter.check(`error ${entry.name}`, () => compareError(entry))
  }
  return counter.result()
}

function compareApi(entry: ApiEntry): string | undefined {
  const api = apis.get(entry.id)
  if (api?.name !== entry.message) return `is ${api?.name}`
  for (const { requestHeader = {}, responseHeader = {} } of [entry, entry['3.9.2'] ?? {}]) {
    for (const [versions, header] of Object.entries(requestHeader)) {
      const wrong = each(versions).find((version) => requestHeaderVersion(api, version) !== header)
      if (wrong !== undefined) return `has another request header in version ${wrong}`
    }
    for (const [versions, header] of Object.entries(responseHeader)) {
      const wrong = each(versions).find((version) => responseHeaderVersion(api, version) !== header)
      if (wrong !== undefined) return `has another response header in version ${wrong}`
    }
  }
  return undefined
}

function each(versions: string): number[] {
  const [first = 0, last = first] = versions.split('-').map(Number)
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

function compareError({ code, name, retriable }: ErrorEntry): string | undefined {
  if (errorName(code) !== name) return `of code ${code} is ${errorName(code)}`
  const error = KafkaError.of(code)
  if (error.code !== code) return `has code ${error.code}`
  return error.retriable === retriable ? undefined : `has retriable ${error.retriable}`
}
