/** Milliseconds that only ever grow; for durations. */
export interface Clock {
  now(): number
}
