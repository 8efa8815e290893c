import * as v from 'valibot'

/** winston's npm levels, most severe first. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly'] as const

const UNITS = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }
/** Below it a file would turn over faster than a collector polls, and a line of 32 KB would nearly fill it. */
export const SMALLEST_FILE = 256 * 1024

const text = (fallback: string) => v.optional(v.string(), fallback)

const flag = (fallback: boolean) =>
  v.pipe(
    text(String(fallback)),
    v.toLowerCase(),
    v.picklist(['true', 'false'], 'must be true or false'),
    v.transform((value) => value === 'true'),
  )

const integer = (fallback: number, min: number, max: number) =>
  v.pipe(
    text(String(fallback)),
    v.regex(/^\d+$/, `must be a whole number from ${min} to ${max}`),
    v.transform(Number),
    v.check((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`),
  )

const address = (protocols: string[], remedy: string) =>
  v.pipe(
    v.string(),
    v.check((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), remedy),
  )

const bytes = v.pipe(
  text('10m'),
  v.toLowerCase(),
  v.regex(/^\d+[kmg]?$/, 'must be a number of bytes, or one with k, m or g, such as 10m'),
  v.transform(
    (value) => Number.parseInt(value, 10) * UNITS[/[kmg]?$/.exec(value)?.[0] as keyof typeof UNITS],
  ),
  v.check((value) => value >= SMALLEST_FILE, 'must be 256k or more'),
)

/** As @BotFather gives it: digits, a colon, the secret. */
export const TOKEN = /^\d+:[\w-]{20,}$/

const token = v.pipe(
  text(''),
  v.nonEmpty(
    'is missing: ask @BotFather for a token and set TELEGRAM_TOKEN=<digits>:<secret>, in .env or the environment',
  ),
  v.check(
    (value) => value === '' || TOKEN.test(value),
    'is not of the form <digits>:<secret>: copy the whole token from @BotFather',
  ),
)

/** winston-daily-rotate-file reads the path as a pattern and as a regular expression. */
const folder = v.pipe(
  text('data/logs'),
  v.regex(/^[^()[\]{}*+?^$|\\%]+$/, 'must be a path without any of ( ) [ ] { } * + ? ^ $ | % and backslash'),
)

const zone = v.pipe(
  text('America/Argentina/Buenos_Aires'),
  v.check(isTimeZone, 'is not a time zone: use a name of the IANA database, such as Europe/Madrid'),
)

/** Every variable of the bot, with its default, its form and the remedy; the README lists their meanings. */
export const ENVIRONMENT = v.pipe(
  v.object({
    TELEGRAM_TOKEN: token,
    LOG_LEVEL: v.pipe(
      text('info'),
      v.toLowerCase(),
      v.picklist(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`),
    ),
    LOG_DIR: folder,
    LOG_MAX_FILE_SIZE: bytes,
    LOG_MAX_FILES: integer(5, 2, 1000),
    LOG_STDOUT: flag(true),
    LOG_LINGER_MS: integer(0, 0, 60_000),
    LOG_CONTENT: flag(false),
    TELEGRAM_API_ROOT: v.optional(
      address(['http:', 'https:'], 'must be an http or https address, such as https://api.telegram.org'),
      'https://api.telegram.org',
    ),
    HTTPS_PROXY: v.optional(
      address(['http:', 'https:'], 'must be an http or https address, such as http://proxy:3128'),
    ),
    RECEIVE: v.pipe(
      text('polling'),
      v.toLowerCase(),
      v.picklist(['polling', 'webhook'], 'must be polling or webhook'),
    ),
    WEBHOOK_URL: v.optional(
      address(
        ['http:', 'https:'],
        'must be the public https address that Telegram posts to, such as https://bot.example.org/telegram',
      ),
    ),
    PORT: integer(8080, 0, 65_535),
    TZ: zone,
    POD_NAME: v.string(),
  }),
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
)

/** Whether the name is in the IANA database that Node.js brings. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
