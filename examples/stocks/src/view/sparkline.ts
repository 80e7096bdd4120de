// Prices as a line of little bars.

const bars = '▁▂▃▄▅▆▇█'

/** The last `width` values, the lowest of them at the bottom. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width)
  const low = Math.min(...shown)
  const high = Math.max(...shown)
  const step = (high - low) / (bars.length - 1)
  return shown.map((value) => bars[step === 0 ? 3 : Math.round((value - low) / step)]).join('')
}
