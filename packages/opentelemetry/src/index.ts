/**
 * OpenTelemetry spans of the Samsa client: `traceKafka(api)`, with the program's own package of OpenTelemetry's API.
 */
export type { Context, OpenTelemetryApi, Span, SpanOptions } from './opentelemetry-api.ts'
export { traceKafka, type TraceOptions } from './trace-kafka.ts'
