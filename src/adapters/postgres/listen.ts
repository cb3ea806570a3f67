import type { PGlite } from '@electric-sql/pglite'
import type { Pool, PoolClient } from 'pg'

/**
 * Listens to notifications of a channel until it is closed. `onReconnect` tells that some may have been missed: it is
 * called after each subscription, the first one included.
 */
export type Listen = (
  channel: string,
  onNotification: (payload: string) => void,
  onReconnect: () => void,
) => Promise<{ close(): Promise<void> }>

const RECONNECT_MS = 1_000

/** Listens on a connection of the pool that is kept for it, and on a new one when that breaks. */
export const listenOn =
  (pool: Pool): Listen =>
  async (channel, onNotification, onReconnect) => {
    let client: PoolClient | undefined
    let timer: NodeJS.Timeout | undefined
    let closed = false
    const subscribe = async () => {
      const fresh = await pool.connect()
      if (closed) return fresh.release()
      client = fresh
      fresh.on('notification', ({ payload }) => onNotification(payload ?? ''))
      fresh.once('error', () => {
        fresh.release(true)
        client = undefined
        again()
      })
      await fresh.query(`listen ${fresh.escapeIdentifier(channel)}`)
      onReconnect()
    }
    const again = () => {
      if (!closed) timer = setTimeout(() => subscribe().catch(again), RECONNECT_MS)
    }
    await subscribe()
    return {
      close: async () => {
        closed = true
        clearTimeout(timer)
        client?.removeAllListeners('notification')
        // Destroyed, not given back: the next user of the connection wants no notifications.
        client?.release(true)
      },
    }
  }

/** Listens within the embedded database. */
export const listenEmbedded =
  (lite: PGlite): Listen =>
  async (channel, onNotification, onReconnect) => {
    const close = await lite.listen(channel, onNotification)
    onReconnect()
    return { close }
  }
