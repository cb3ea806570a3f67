import { createReader, type Reader } from './conversation.ts'
import { type Deliver, overHttp, overSocket } from './deliver.ts'
import { type SlackEmulator, startSlackEmulator } from './emulator.ts'
import { createPerson, type Person } from './person.ts'
import { type SlackProxy, startSlackProxy } from './proxy.ts'
import type { Workspace } from './workspace.ts'

/** A workspace with those who use it. */
export interface SlackTeam extends Reader {
  emulator: SlackEmulator
  person(name: string, deliver: Deliver): Person
}

export interface Slack extends SlackTeam {
  proxy: SlackProxy
  /** Every workspace; the first one is what this object itself stands for. */
  teams: SlackTeam[]
  /** Deliveries to the address of an app. */
  http(url: string, signingSecret?: string): Deliver
  /** Deliveries to whoever is connected by Socket Mode. */
  socket: Deliver
  close(): Promise<void>
}

/** Slack with one workspace, or with several: emulators in processes of their own, and the proxy in front of them. */
export const startSlack = async (...workspaces: Partial<Workspace>[]): Promise<Slack> => {
  const described = workspaces.length > 0 ? workspaces : [{}]
  const started = await Promise.allSettled(described.map(startSlackEmulator))
  const emulators = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const failed = started.find((each) => each.status === 'rejected')
  if (failed) {
    await Promise.all(emulators.map(({ stop }) => stop()))
    throw failed.reason
  }
  const proxy = await startSlackProxy(...emulators)
  const teams = emulators.map(
    (emulator): SlackTeam => ({
      emulator,
      ...createReader(emulator),
      person: (name, deliver) => createPerson({ emulator, proxy, deliver }, name),
    }),
  )
  return {
    ...(teams[0] as SlackTeam),
    proxy,
    teams,
    http: overHttp,
    socket: overSocket(proxy.socket),
    close: async () => {
      await proxy.close()
      await Promise.all(emulators.map(({ stop }) => stop()))
    },
  }
}
