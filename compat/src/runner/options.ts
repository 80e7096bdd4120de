// Options of suites: `--name NUMBER` among a suite's arguments.

/** The number behind `--name`; `otherwise` where it is not said. */
export function optionOf(args: readonly string[], name: string, otherwise: number): number {
  const at = args.indexOf(`--${name}`)
  return at === -1 ? otherwise : Number(args[at + 1])
}
