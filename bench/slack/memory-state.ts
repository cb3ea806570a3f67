import { randomUUID } from 'node:crypto'
import type { Lock, QueueEntry, StateAdapter } from 'chat'

interface Kept {
  value: unknown
  expiresAt: number
}

/** What the Chat SDK remembers, in memory: no more than it needs for an echo within one process. */
export const createMemoryState = (): StateAdapter => {
  const values = new Map<string, Kept>()
  const locks = new Map<string, Lock>()
  const queues = new Map<string, QueueEntry[]>()
  const subscribed = new Set<string>()
  const expiry = (ttlMs: number | undefined) => (ttlMs === undefined ? Infinity : Date.now() + ttlMs)
  const read = (key: string): unknown => {
    const kept = values.get(key)
    if (kept && kept.expiresAt > Date.now()) return kept.value
    values.delete(key)
    return undefined
  }
  const holds = ({ threadId, token }: Lock) => locks.get(threadId)?.token === token

  return {
    connect: async () => {},
    disconnect: async () => {},
    get: async <T>(key: string) => (read(key) ?? null) as T | null,
    set: async (key, value, ttlMs) => void values.set(key, { value, expiresAt: expiry(ttlMs) }),
    setIfNotExists: async (key, value, ttlMs) => {
      if (read(key) !== undefined) return false
      values.set(key, { value, expiresAt: expiry(ttlMs) })
      return true
    },
    delete: async (key) => void values.delete(key),
    appendToList: async (key, value, { maxLength = Infinity, ttlMs } = {}) => {
      const list = [...((read(key) ?? []) as unknown[]), value].slice(-maxLength)
      values.set(key, { value: list, expiresAt: expiry(ttlMs) })
    },
    getList: async <T>(key: string) => (read(key) ?? []) as T[],
    acquireLock: async (threadId, ttlMs) => {
      if ((locks.get(threadId)?.expiresAt ?? 0) > Date.now()) return null
      const lock = { threadId, token: randomUUID(), expiresAt: expiry(ttlMs) }
      locks.set(threadId, lock)
      return lock
    },
    extendLock: async (lock, ttlMs) => {
      if (!holds(lock)) return false
      locks.set(lock.threadId, { ...lock, expiresAt: expiry(ttlMs) })
      return true
    },
    releaseLock: async (lock) => void (holds(lock) && locks.delete(lock.threadId)),
    forceReleaseLock: async (threadId) => void locks.delete(threadId),
    enqueue: async (threadId, entry, maxSize) => {
      const queue = [...(queues.get(threadId) ?? []), entry].slice(-maxSize)
      queues.set(threadId, queue)
      return queue.length
    },
    dequeue: async (threadId) => queues.get(threadId)?.shift() ?? null,
    queueDepth: async (threadId) => queues.get(threadId)?.length ?? 0,
    isSubscribed: async (threadId) => subscribed.has(threadId),
    subscribe: async (threadId) => void subscribed.add(threadId),
    unsubscribe: async (threadId) => void subscribed.delete(threadId),
  }
}
