/**
 * Runs work until it is done, its caller wants no more of it, or its time is over, whatever it is waiting for then.
 * @throws what the work throws, the reason of the caller's signal, or that the time is over.
 */
export const withinDeadline = async <T>(
  { ms, tookTooLong, signal }: { ms: number; tookTooLong: Error; signal: AbortSignal | undefined },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const deadline = new AbortController()
  const stop = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal
  stop.throwIfAborted()
  const stopped = new Promise<never>((_, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason), { once: true })
  })
  const timer = setTimeout(() => deadline.abort(tookTooLong), ms)
  try {
    return await Promise.race([work(stop), stopped])
  } catch (error) {
    stop.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
