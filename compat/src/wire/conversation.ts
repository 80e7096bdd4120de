// A scripted conversation with a broker, read from a text file:
//
//   # A comment.
//   == CreateTopics 0-7                  the API and the versions in which the exchange is held
//   > { "topics": [{ "name": "a-${version}" }] }       what is sent, JSON over one or more lines
//   < { "topics": [{ "errorCode": "NONE" }] }          what is expected
//
// A heading that ends in "eventually" is asked again until the answer is as expected, for things that take their time; one
// that ends in "samsa" is left out with Apache Kafka 4, which has dropped the version. "< closed" expects no answer but
// the end of the connection.
// `${version}` stands for the version at hand, `${name}` for what an earlier answer bound with "$let:name". In what is
// expected, "$any" matches everything, and an error may be given by its name. A field that the version lacks is skipped;
// a field that the answer has and the script does not is a difference.

/** One request and the answer that is expected, for a range of versions. */
export interface Exchange {
  readonly api: string
  readonly versions: readonly [first: number, last: number]
  /** JSON with placeholders. */
  readonly request: string
  /** JSON with placeholders and matchers; `undefined` where nothing is answered (acks 0). */
  readonly response: string | undefined
  /** Whether to ask again while the answer differs. */
  readonly eventually: boolean
  /** Whether only Samsa still serves these versions. */
  readonly samsaOnly: boolean
  /** Line of the heading, for messages. */
  readonly line: number
}

/** The exchanges of a script in order. Throws an error that names the line when it makes no sense. */
export function parseConversation(text: string): Exchange[] {
  const exchanges: Exchange[] = []
  let heading: Omit<Exchange, 'request' | 'response'> | undefined
  let request = ''
  let response = ''
  let side: 'none' | 'request' | 'response' = 'none'
  const finish = (): void => {
    if (heading === undefined) return
    if (request === '') throw new Error(`line ${heading.line}: nothing is sent`)
    exchanges.push({ ...heading, request, response: response === '' ? undefined : response })
    request = ''
    response = ''
    side = 'none'
  }
  text.split('\n').forEach((line, i) => {
    if (line.startsWith('#') || line.trim() === '') return
    if (line.startsWith('== ')) {
      finish()
      const match = /^== (\w+) (\d+)(?:-(\d+))?( eventually| samsa)?$/.exec(line.trim())
      if (match === null) throw new Error(`line ${i + 1}: expected "== Api 0-7", not "${line}"`)
      const [, api = '', first = '', last = first, suffix = ''] = match
      const versions = [Number(first), Number(last)] as const
      heading = {
        api,
        versions,
        eventually: suffix === ' eventually',
        samsaOnly: suffix === ' samsa',
        line: i + 1,
      }
      return
    }
    if (heading === undefined) throw new Error(`line ${i + 1}: no heading before "${line}"`)
    if (line.startsWith('> ')) side = 'request'
    if (line.startsWith('< ')) side = 'response'
    const words = line.replace(/^[<>] /, '')
    if (side === 'request') request += `${words}\n`
    else if (side === 'response') response += `${words}\n`
    else throw new Error(`line ${i + 1}: expected "> " or "< ", not "${line}"`)
  })
  finish()
  return exchanges
}

/** Puts values for `${name}`; an unknown name is an error. */
export function fill(template: string, values: ReadonlyMap<string, string>): string {
  return template.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`nothing has bound \${${name}}`)
    return value
  })
}
