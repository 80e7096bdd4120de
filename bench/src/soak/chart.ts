// A line chart as an SVG file: time in minutes below, one or more lines, and upright strokes where the broker was
// restarted. Scales, ticks and paths are d3's; what is drawn is text.

import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'

/** One line of a chart. */
interface Series {
  readonly name: string
  /** Seconds and values; a value that is not a number is a gap. */
  readonly points: readonly (readonly [seconds: number, value: number])[]
}

/** What to draw. */
export interface Chart {
  readonly title: string
  readonly unit: string
  readonly series: readonly Series[]
  /** Seconds at which something happened. */
  readonly marks: readonly number[]
}

const [width, height] = [860, 320]
const margin = { top: 40, right: 20, bottom: 36, left: 64 }
const colors = ['#2563eb', '#dc2626', '#16a34a', '#9333ea']
const font = 'font-family="system-ui, sans-serif" font-size="12"'

/** The chart as the text of an SVG file. */
export function chartOf({ title, unit, series, marks }: Chart): string {
  const points = series.flatMap((each) => each.points)
  const values = points.map(([, value]) => value).filter(Number.isFinite)
  const x = scaleLinear()
    .domain([0, Math.max(1, ...points.map(([seconds]) => seconds)) / 60])
    .range([margin.left, width - margin.right])
  const y = scaleLinear()
    .domain([0, Math.max(1e-9, ...values)])
    .nice()
    .range([height - margin.bottom, margin.top])
  const path = line<readonly [number, number]>()
    .defined(([, value]) => Number.isFinite(value))
    .x(([seconds]) => x(seconds / 60))
    .y(([, value]) => y(value))
  const [left, right] = [margin.left, width - margin.right]
  const [bottom, top] = [height - margin.bottom, margin.top]
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ${font}>`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<text x="${left}" y="20" font-size="14">${escaped(`${title}, ${unit}`)}</text>`,
  ]
  for (const tick of y.ticks(6)) {
    const at = y(tick).toFixed(1)
    parts.push(
      `<line x1="${left}" x2="${right}" y1="${at}" y2="${at}" stroke="#e5e7eb"/>`,
      `<text x="${left - 8}" y="${at}" dy="4" text-anchor="end">${y.tickFormat(6)(tick)}</text>`,
    )
  }
  for (const tick of x.ticks(8)) {
    const at = x(tick).toFixed(1)
    const label = `${x.tickFormat(8)(tick)} min`
    parts.push(`<text x="${at}" y="${bottom + 20}" text-anchor="middle">${label}</text>`)
  }
  for (const mark of marks) {
    const at = x(mark / 60).toFixed(1)
    const stroke = 'stroke="#9ca3af" stroke-dasharray="3 3"'
    parts.push(`<line x1="${at}" x2="${at}" y1="${top}" y2="${bottom}" ${stroke}/>`)
  }
  for (const [i, { name, points: own }] of series.entries()) {
    const color = colors[i % colors.length] ?? 'black'
    const d = path(own) ?? ''
    parts.push(
      `<path d="${d}" fill="none" stroke="${color}" stroke-width="1.5"/>`,
      `<text x="${right - 130 * (series.length - 1 - i)}" y="20" text-anchor="end" fill="${color}">${escaped(name)}</text>`,
    )
  }
  return `${[...parts, '</svg>'].join('\n')}\n`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
