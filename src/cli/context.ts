import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import type { Viewer } from '../conversation/people.ts'
import type { Playbook } from '../playbook/playbook.ts'
import type { Terminal } from './terminal.ts'

/** What a command works with. The application opens on first use, so that `--help` and `stage` need no store. */
export interface CommandContext {
  terminal: Terminal
  config: Config
  app: () => Promise<App>
  playbook: () => Promise<Playbook>
}

/** Whoever runs a command owns the store, and sees all of it. */
export const OPERATOR: Viewer = { role: 'admin' }

/** The organization of whoever works in this terminal. */
export const LOCAL_TENANT = 'local'
