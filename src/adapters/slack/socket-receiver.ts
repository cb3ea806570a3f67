import { setTimeout } from 'node:timers/promises'
import { type App, type ReceiverEvent, SocketModeReceiver, type SocketModeReceiverOptions } from '@slack/bolt'

/** Time between two attempts to connect anew. */
const AGAIN_MS = 1_000

/**
 * Bolt's receiver of Socket Mode, but an event is acknowledged once it was taken in: what fails before that, Slack
 * delivers again. Bolt acknowledges first, and a crash in between would lose the event.
 */
export class TakingInReceiver extends SocketModeReceiver {
  #isStopped = false

  constructor(options: SocketModeReceiverOptions) {
    super({ ...options, processEventErrorHandler: async () => false })
  }

  override init(app: App): void {
    const processEvent = async (event: ReceiverEvent): Promise<void> => {
      if (event.body.type !== 'event_callback') return app.processEvent(event)
      await app.processEvent({ ...event, ack: async () => {} })
      await event.ack()
    }
    super.init(Object.assign(Object.create(app) as App, { processEvent }))
  }

  /** Connects, and from then on again whenever the connection is lost. */
  override async start() {
    const connected = await super.start()
    const connect = this.client.start.bind(this.client)
    // Its own attempt to connect anew rejects where nobody catches, which would end the process in an outage.
    this.client.start = async () => {
      while (!this.#isStopped)
        try {
          const anew = await connect()
          if (this.#isStopped) await this.client.disconnect()
          return anew
        } catch {
          await setTimeout(AGAIN_MS, undefined, { ref: false })
        }
      return connected
    }
    return connected
  }

  override async stop() {
    this.#isStopped = true
    await super.stop()
  }
}
