// The part of `@opentelemetry/api` that is used here, by its shape: whoever traces brings the package, in the version of
// the rest of the program, and this one depends on nothing.

/** What travels with a request: OpenTelemetry's Context. */
export type Context = object

/** A part of a trace. */
export interface Span {
  setAttribute(name: string, value: string | number): unknown
  recordException(error: Error): void
  setStatus(status: { readonly code: number; readonly message?: string }): unknown
  end(): void
}

/** Where and how a span begins. */
export interface SpanOptions {
  readonly kind: number
  readonly attributes: Readonly<Record<string, string | number>>
}

/** `import * as api from '@opentelemetry/api'` fits. */
export interface OpenTelemetryApi {
  readonly context: {
    active(): Context
    with<T>(context: never, work: () => T): T
  }
  readonly trace: {
    getTracer(name: string): {
      startSpan(name: string, options: SpanOptions, context: never): Span
    }
    setSpan(context: never, span: never): Context
  }
  readonly propagation: {
    inject(context: never, carrier: Record<string, string>): void
    extract(context: never, carrier: Record<string, string>): Context
  }
}
