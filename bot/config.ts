import * as v from 'valibot'
import { ENVIRONMENT, type LOG_LEVELS } from './environment.ts'

/** Every problem of the environment at once: one line each, with the variable's name and the remedy. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly problems: string[]

  constructor(problems: string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/** What the bot runs with. Sizes are bytes, times are milliseconds. */
export interface Config {
  token: string
  /** Without a trailing slash. */
  apiRoot: string
  /** The forward proxy that calls of Telegram go through, or undefined. */
  proxy: string | undefined
  receive: { mode: 'polling' } | { mode: 'webhook'; url: URL }
  port: number
  timeZone: string
  instance: string
  log: {
    level: (typeof LOG_LEVELS)[number]
    dir: string
    maxFileSize: number
    maxFiles: number
    stdout: boolean
    lingerMs: number
    content: boolean
  }
}

/**
 * Reads the bot's environment; an empty variable counts as one that is not set.
 *
 * @param hostname the instance's name where POD_NAME is not set
 * @throws ConfigError naming every variable that cannot be used; it never holds the value of one
 */
export function readConfig(env: NodeJS.ProcessEnv, hostname: string): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const result = v.safeParse(ENVIRONMENT, { POD_NAME: hostname, ...given })
  if (!result.success) {
    throw new ConfigError(result.issues.map((issue) => `${v.getDotPath(issue)} ${issue.message}`))
  }
  const read = result.output
  return {
    token: read.TELEGRAM_TOKEN,
    apiRoot: read.TELEGRAM_API_ROOT.replace(/\/+$/, ''),
    proxy: read.HTTPS_PROXY,
    receive:
      read.RECEIVE === 'webhook' && read.WEBHOOK_URL
        ? { mode: 'webhook', url: new URL(read.WEBHOOK_URL) }
        : { mode: 'polling' },
    port: read.PORT,
    timeZone: read.TZ,
    instance: read.POD_NAME,
    log: {
      level: read.LOG_LEVEL,
      dir: read.LOG_DIR,
      maxFileSize: read.LOG_MAX_FILE_SIZE,
      maxFiles: read.LOG_MAX_FILES,
      stdout: read.LOG_STDOUT,
      lingerMs: read.LOG_LINGER_MS,
      content: read.LOG_CONTENT,
    },
  }
}
