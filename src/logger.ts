import { pino } from 'pino'
import type { Config } from './config.ts'

/** Structured log on standard error, so that standard output stays the command's own. */
export const createLogger = ({ logLevel }: Pick<Config, 'logLevel'>) =>
  pino({ level: logLevel, base: null }, pino.destination({ dest: 2, sync: true }))

export type Logger = ReturnType<typeof createLogger>
