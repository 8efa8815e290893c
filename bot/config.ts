import * as v from 'valibot'

/** winston's npm levels, most severe first. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly'] as const
/** As @BotFather gives it: digits, a colon, the secret. */
export const TOKEN = /^\d+:[\w-]{20,}$/
const UNITS = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }
/** Below it a file would turn over faster than a collector polls, and a line of 32 KB would nearly fill it. */
const SMALLEST_FILE = 256 * 1024

/** The default zone. */
const ZONE = 'America/Argentina/Buenos_Aires'

/** Whether the name is in the IANA database that Node.js brings. */
export function isTimeZone(name: string): boolean {
  if (name === ZONE) return true // to look it up takes 6 MB of that database into memory
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

// The forms that variables have. A message completes the sentence that begins with the name.

const check = (fits: (text: string) => boolean, message: string) => v.pipe(v.string(), v.check(fits, message))
const address = (message: string) =>
  check((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), message)
const oneOf = <const Choice extends string>(choices: readonly Choice[]) =>
  v.pipe(v.string(), v.toLowerCase(), v.picklist(choices, `must be ${choices.join(' or ')}`))
const flag = v.pipe(
  oneOf(['true', 'false']),
  v.transform((text) => text === 'true'),
)
const integer = (min: number, max: number) =>
  v.pipe(
    check(
      (text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max,
      `must be a whole number from ${min} to ${max}`,
    ),
    v.transform(Number),
  )
const bytes = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.regex(/^\d+[kmg]?$/, 'must be a number of bytes, or one with k, m or g, such as 10m'),
  v.transform((text) => Number.parseInt(text, 10) * UNITS[/[kmg]?$/.exec(text)?.[0] as keyof typeof UNITS]),
  v.check((size) => size >= SMALLEST_FILE, 'must be 256k or more'),
)
/** winston-daily-rotate-file reads the path as a pattern and as a regular expression. */
const folder = v.pipe(
  v.string(),
  v.regex(/^[^()[\]{}*+?^$|\\%]+$/, 'must be a path without any of ( ) [ ] { } * + ? ^ $ | % and backslash'),
)
const token = check(
  (text) => TOKEN.test(text),
  'is not of the form <digits>:<secret>: copy the whole token from @BotFather',
)
const timeZone = check(
  isTimeZone,
  'is not a time zone: use a name of the IANA database, such as Europe/Madrid',
)
const webhookUrl = address(
  'must be the public https address that Telegram posts to, such as https://bot.example.org/telegram',
)

const { optional } = v
/** A variable: its form, with a default where there is one, and what it means. */
function variable<Form extends v.GenericSchema>(form: Form, meaning: string) {
  return v.pipe(form, v.metadata<v.InferOutput<Form>, { meaning: string }>({ meaning }))
}

/** Every variable of the bot; `npm run docs` writes README's table and .env.example from it. */
export const ENVIRONMENT = {
  TELEGRAM_TOKEN: variable(token, 'from @BotFather'),
  LOG_LEVEL: variable(optional(oneOf(LOG_LEVELS), 'info'), LOG_LEVELS.join(', ')),
  LOG_DIR: variable(optional(folder, 'data/logs'), 'the shared volume; `/data/logs` in the image'),
  LOG_MAX_FILE_SIZE: variable(optional(bytes, '10m'), "rotation; the pod derives it from the volume's size"),
  LOG_MAX_FILES: variable(optional(integer(2, 1000), '5'), 'how many files are kept'),
  LOG_STDOUT: variable(
    optional(flag, 'true'),
    '`false` where an agent of the node would ship every line a second time',
  ),
  LOG_LINGER_MS: variable(
    optional(integer(0, 60_000), '0'),
    "wait after the last line of a requested stop, for the collector's next look; 500 in the pod",
  ),
  LOG_CONTENT: variable(optional(flag, 'false'), '`true`: texts of messages are logged too (personal data)'),
  TELEGRAM_API_ROOT: variable(
    optional(
      address('must be an http or https address, such as https://api.telegram.org'),
      'https://api.telegram.org',
    ),
    'a [Bot API server](https://github.com/tdlib/telegram-bot-api) of your own',
  ),
  HTTPS_PROXY: variable(
    optional(address('must be an http or https address, such as http://proxy:3128')),
    'forward proxy between the bot and Telegram, for https addresses; `https_proxy` too',
  ),
  NO_PROXY: variable(
    optional(v.string()),
    'hosts that need no proxy: names with their subdomains, addresses, each perhaps with a port, or `*`; `no_proxy` too',
  ),
  RECEIVE: variable(
    optional(oneOf(['polling', 'webhook']), 'polling'),
    'or `webhook`, which needs WEBHOOK_URL',
  ),
  WEBHOOK_URL: variable(
    optional(webhookUrl),
    'where Telegram posts to, such as https://bot.example.org/telegram',
  ),
  PORT: variable(optional(integer(0, 65_535), '8080'), '`/livez`, `/readyz`, `/metrics`, and the webhook'),
  TZ: variable(optional(timeZone, ZONE), 'zone of `/time`'),
  POD_NAME: variable(optional(v.string()), '`instance` in the log lines; the host name when not set'),
}

const SCHEMA = v.pipe(
  v.object(
    ENVIRONMENT,
    'is missing: ask @BotFather for a token and set TELEGRAM_TOKEN=<digits>:<secret>, in .env or the environment',
  ),
  v.forward(
    v.partialCheck(
      [['RECEIVE'], ['WEBHOOK_URL']],
      ({ RECEIVE, WEBHOOK_URL }) => RECEIVE === 'polling' || WEBHOOK_URL !== undefined,
      'is missing: RECEIVE=webhook needs the public https address, or set RECEIVE=polling',
    ),
    ['WEBHOOK_URL'],
  ),
  v.forward(
    v.partialCheck(
      [['WEBHOOK_URL'], ['TELEGRAM_API_ROOT']],
      ({ WEBHOOK_URL, TELEGRAM_API_ROOT }) =>
        !WEBHOOK_URL?.startsWith('http:') || new URL(TELEGRAM_API_ROOT).host !== 'api.telegram.org',
      'must start with https: Telegram posts to nothing else (only a local Bot API server takes http)',
    ),
    ['WEBHOOK_URL'],
  ),
  // Sizes are bytes, times are milliseconds.
  v.transform((env) => ({
    token: env.TELEGRAM_TOKEN,
    apiRoot: env.TELEGRAM_API_ROOT.replace(/\/+$/, ''),
    proxy: env.HTTPS_PROXY,
    noProxy: env.NO_PROXY,
    receive:
      env.RECEIVE === 'webhook' && env.WEBHOOK_URL
        ? { mode: 'webhook' as const, url: new URL(env.WEBHOOK_URL) }
        : { mode: 'polling' as const },
    port: env.PORT,
    timeZone: env.TZ,
    instance: env.POD_NAME ?? '',
    log: {
      level: env.LOG_LEVEL,
      dir: env.LOG_DIR,
      maxFileSize: env.LOG_MAX_FILE_SIZE,
      maxFiles: env.LOG_MAX_FILES,
      stdout: env.LOG_STDOUT,
      lingerMs: env.LOG_LINGER_MS,
      content: env.LOG_CONTENT,
    },
  })),
)

/** What the bot runs with. */
export type Config = v.InferOutput<typeof SCHEMA>

/** Every problem of the environment at once: one line each, with the variable's name and the remedy. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly problems: string[]

  constructor(problems: string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/**
 * Reads the bot's environment; an empty variable counts as one that is not set.
 *
 * @param hostname the instance's name where POD_NAME is not set
 * @throws ConfigError naming every variable that cannot be used; it never holds the value of one
 */
export function readConfig(env: NodeJS.ProcessEnv, hostname: string): Config {
  const input = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  // The lower-case spelling goes first, as with curl.
  const { https_proxy = input.HTTPS_PROXY, no_proxy = input.NO_PROXY } = input
  const proxies = { HTTPS_PROXY: https_proxy, NO_PROXY: no_proxy }
  const result = v.safeParse(SCHEMA, { POD_NAME: hostname, ...input, ...proxies })
  if (result.success) return result.output
  throw new ConfigError(result.issues.map((issue) => `${v.getDotPath(issue)} ${issue.message}`))
}
