/** What a span says of its work: identifiers, kinds, counts. Never anyone's words. */
export type SpanAttributes = Record<string, string | number | boolean | string[]>

/** A piece of work that is being traced. */
export interface Span {
  /** Adds what is known only later; the last value of a name stands. */
  set(attributes: SpanAttributes): void
}

/**
 * Runs work as a span, below the span whose work started it. It changes nothing of the work: what that returns is
 * returned, what it throws is thrown on, and recorded by its type alone.
 */
export type Tracer = <T>(
  name: string,
  attributes: SpanAttributes,
  work: (span: Span) => Promise<T>,
) => Promise<T>

/** Runs the work and records nothing. */
export const untraced: Tracer = (_name, _attributes, work) => work({ set: () => {} })
