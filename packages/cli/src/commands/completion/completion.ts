// Completion scripts, made from the commands themselves, so that they never say what the program does not do.

import type { Command } from 'commander'
import { Shell } from '../../command-line.ts'
import { samsa } from '../../program.ts'

/** A command line up to a command, and what may follow. */
interface Place {
  readonly path: readonly string[]
  readonly commands: readonly { readonly name: string; readonly summary: string }[]
  readonly options: readonly { readonly names: readonly string[]; readonly summary: string }[]
}

/** The script for a shell. */
export async function completionScript(shell: 'bash' | 'zsh' | 'fish'): Promise<string> {
  const places = placesIn(await samsa(new Shell()), [])
  if (shell === 'fish') return fish(places)
  return shell === 'bash' ? bash(places) : `#compdef samsa\n${bashCompatible}${bash(places)}`
}

function placesIn(command: Command, path: readonly string[]): Place[] {
  const here: Place = {
    path,
    commands: command.commands.map((one) => ({ name: one.name(), summary: one.description() })),
    options: [
      ...command.options.map((option) => ({
        names: [option.short, option.long].filter((name) => name !== undefined && name !== null),
        summary: option.description,
      })),
      { names: ['-h', '--help'], summary: 'help' },
    ],
  }
  const below = command.commands.flatMap((one) => placesIn(one, [...path, one.name()]))
  return [here, ...below]
}

const bashCompatible = `autoload -U +X bashcompinit && bashcompinit\n`

function bash(places: readonly Place[]): string {
  const cases = places.map(({ path, commands, options }) => {
    const words = [
      ...commands.map(({ name }) => name),
      ...options.flatMap(({ names }) => names.filter((name) => name.startsWith('--'))),
    ]
    return `    '${path.join(' ')}') words='${words.join(' ')}' ;;`
  })
  const known = places
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `'${path.join(' ')}'`)
  return `_samsa() {
  local path='' word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${known.join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
  if [ \${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")); fi
}
complete -F _samsa samsa
`
}

function fish(places: readonly Place[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`
  const lines = places.flatMap(({ path, commands, options }) => {
    const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`)
    const names = commands.map(({ name }) => name).join(' ')
    const none = names === '' ? [] : [`not __fish_seen_subcommand_from ${names}`]
    const condition = [...seen, ...none].join('; and ') || 'true'
    return [
      ...commands.map(({ name, summary }) => {
        return `complete -c samsa -f -n ${quoted(condition)} -a ${name} -d ${quoted(summary)}`
      }),
      ...options.map(({ names: all, summary }) => {
        const flags = all.map((name) =>
          name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
        )
        return `complete -c samsa -n ${quoted(condition)} ${flags.join(' ')} -d ${quoted(summary)}`
      }),
    ]
  })
  return `${lines.join('\n')}\n`
}
