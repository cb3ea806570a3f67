import { type App, type ReceiverEvent, SocketModeReceiver, type SocketModeReceiverOptions } from '@slack/bolt'

/**
 * Bolt's receiver of Socket Mode, but an event is acknowledged once it was taken in: what fails before that, Slack
 * delivers again. Bolt acknowledges first, and a crash in between would lose the event.
 */
export class TakingInReceiver extends SocketModeReceiver {
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
}
