/** The queue whose jobs say: look at this thread. */
export const THREADS_QUEUE = 'threads'
/** The queue whose jobs say: forget what is too old to keep. */
export const RETENTION_QUEUE = 'retention'

/** Every queue of this version. */
export const QUEUES = [THREADS_QUEUE, RETENTION_QUEUE] as const
