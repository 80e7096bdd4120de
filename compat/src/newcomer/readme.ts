// The command lines of a page, in the order in which a reader types them.

/** All lines of the page's `sh` blocks, without their comments. A line that goes on behind `\` is one. */
export function commandLinesOf(page: string): string[] {
  return [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap(([, text = '']) => text.replaceAll(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/\s+# .*$|^#.*$/, '').trim())
    .filter((line) => line !== '')
}
