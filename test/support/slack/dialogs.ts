import type { Json } from './api-call.ts'
import type { SlackProxy } from './proxy.ts'
import { validateView } from './validate-blocks.ts'

const METHODS = ['views.open', 'views.push', 'views.update']

/** A dialog with what was said to be wrong in it. */
export interface Dialog {
  view: Json
  errors: Record<string, string>
}

/** The dialogs that a person has open, on top of each other. */
export interface Dialogs {
  top(): Dialog | undefined
  /** Closes all of them, as whoever goes on elsewhere has done. */
  close(): void
  /** Takes in how the app answered when the topmost was handed in. */
  answered(body: string): void
}

export const createDialogs = (proxy: SlackProxy, triggerIds: readonly string[]): Dialogs => {
  let stack: Dialog[] = []
  let read = 0

  const take = (method: string, args: Json, view: Json) => {
    const dialog = { view, errors: {} }
    if (method === 'views.update') stack = stack.map((one) => (one.view.id === view.id ? dialog : one))
    else if (triggerIds.includes(String(args.trigger_id)))
      stack = method === 'views.open' ? [dialog] : [...stack, dialog]
  }
  const catchUp = () => {
    for (let call = proxy.calls[read]; call; call = proxy.calls[++read]) {
      if (!METHODS.includes(call.method)) continue
      // The app was not answered yet, and so nothing is shown.
      if (call.status === undefined) return
      if (call.answer?.ok) take(call.method, call.args, call.answer.view as Json)
    }
  }
  return {
    top: () => {
      catchUp()
      return stack.at(-1)
    },
    close: () => {
      catchUp()
      stack = []
    },
    answered: (body) => {
      catchUp()
      const top = stack.pop()
      if (!top || body === '') return
      const { response_action, view, errors } = JSON.parse(body) as {
        response_action: string
        view?: Json
        errors?: Record<string, string>
      }
      if (response_action === 'clear') stack = []
      if (response_action === 'errors') stack.push({ ...top, errors: errors ?? {} })
      if (!view) return
      const faults = validateView(view)
      if (faults.length > 0) throw new Error(`Slack would refuse the view: ${faults.join('; ')}`)
      if (response_action === 'push') stack.push(top)
      stack.push({ view: { ...view, id: top.view.id }, errors: {} })
    },
  }
}
