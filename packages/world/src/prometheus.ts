// Writes a registry in the Prometheus text format 0.0.4. Histograms become summaries, because the quantiles are already
// known here and a summary is some five lines long where buckets would be hundreds.

import type { Labels, MetricSample, Metrics } from './metrics.ts'

const quantiles = [0.5, 0.9, 0.99, 0.999]

/** The whole registry as one text, to be served as `text/plain; version=0.0.4`. */
export function prometheusText(metrics: Metrics): string {
  let text = ''
  let previous = ''
  for (const sample of metrics.samples()) {
    const name = metricName(sample.name)
    if (name !== previous) text += heading(name, sample)
    previous = name
    text += lines(name, sample)
  }
  return text
}

function heading(name: string, { help, instrument }: MetricSample): string {
  const kind = instrument.kind === 'histogram' ? 'summary' : instrument.kind
  const line = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return `# HELP ${name} ${line}\n# TYPE ${name} ${kind}\n`
}

function lines(name: string, { labels, instrument }: MetricSample): string {
  const own = labelPairs(labels)
  if (instrument.kind === 'counter') return `${name}${braces(own)} ${instrument.counter.value}\n`
  if (instrument.kind === 'gauge') return `${name}${braces(own)} ${number(instrument.read())}\n`
  const { histogram } = instrument
  const steps = quantiles.map((fraction) => {
    const pairs = [...own, `quantile="${fraction}"`]
    return `${name}${braces(pairs)} ${histogram.quantile(fraction)}\n`
  })
  const { sum, count } = histogram
  return `${steps.join('')}${name}_sum${braces(own)} ${sum}\n${name}_count${braces(own)} ${count}\n`
}

/** Infinities have their own spelling; what is not a number is NaN in both languages. */
function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}

function braces(pairs: readonly string[]): string {
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function labelPairs(labels: Labels): string[] {
  return Object.entries(labels).map(([name, value]) => {
    const quoted = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    return `${name.replace(/[^a-zA-Z0-9_]/g, '_')}="${quoted}"`
  })
}

function metricName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_:]/g, '_').replace(/^(?=[0-9])/, '_')
}
