import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../bot/config.ts'

const TOKEN = `123456:${'s3cret'.repeat(6)}`
const read = (env: Record<string, string>) => readConfig({ TELEGRAM_TOKEN: TOKEN, ...env }, 'a-host')

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env, 'a-host')
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

test('a token is all that the bot needs', () => {
  expect(read({})).toEqual({
    token: TOKEN,
    apiRoot: 'https://api.telegram.org',
    proxy: undefined,
    noProxy: undefined,
    receive: { mode: 'polling' },
    port: 8080,
    timeZone: 'America/Argentina/Buenos_Aires',
    instance: 'a-host',
    log: {
      level: 'info',
      dir: 'data/logs',
      maxFileSize: 10 * 1024 * 1024,
      maxFiles: 5,
      stdout: true,
      lingerMs: 0,
      content: false,
    },
  })
})

test('an empty variable counts as one that is not set', () => {
  expect(read({ LOG_LEVEL: '', PORT: '', POD_NAME: '', WEBHOOK_URL: '' })).toEqual(read({}))
})

test('the lower-case spellings of the proxy variables are read, and go first as with curl', () => {
  const lower = { https_proxy: 'http://lower:3128', no_proxy: 'lower' }
  expect(read(lower)).toMatchObject({ proxy: 'http://lower:3128', noProxy: 'lower' })
  expect(read({ ...lower, HTTPS_PROXY: 'http://upper:3128', NO_PROXY: 'upper' })).toEqual(read(lower))
})

test('every variable has its place', () => {
  expect(
    read({
      LOG_LEVEL: 'WARN',
      LOG_DIR: '/data/logs',
      LOG_MAX_FILE_SIZE: '512K',
      LOG_MAX_FILES: '3',
      LOG_STDOUT: 'False',
      LOG_LINGER_MS: '500',
      LOG_CONTENT: 'true',
      TELEGRAM_API_ROOT: 'http://localhost:8081/',
      HTTPS_PROXY: 'http://proxy:3128',
      NO_PROXY: '.svc,localhost',
      RECEIVE: 'webhook',
      WEBHOOK_URL: 'https://bot.example.org/telegram',
      PORT: '9000',
      TZ: 'UTC',
      POD_NAME: 'bot-0',
    }),
  ).toEqual({
    token: TOKEN,
    apiRoot: 'http://localhost:8081',
    proxy: 'http://proxy:3128',
    noProxy: '.svc,localhost',
    receive: { mode: 'webhook', url: new URL('https://bot.example.org/telegram') },
    port: 9000,
    timeZone: 'UTC',
    instance: 'bot-0',
    log: {
      level: 'warn',
      dir: '/data/logs',
      maxFileSize: 512 * 1024,
      maxFiles: 3,
      stdout: false,
      lingerMs: 500,
      content: true,
    },
  })
})

test('every problem is told at once, with the variable and the remedy', () => {
  const problems = problemsOf({
    LOG_LEVEL: 'loud',
    LOG_DIR: 'logs (1)',
    LOG_MAX_FILE_SIZE: '10 MB',
    LOG_MAX_FILES: '1',
    LOG_STDOUT: 'yes',
    LOG_LINGER_MS: '-1',
    LOG_CONTENT: '1',
    TELEGRAM_API_ROOT: 'api.telegram.org',
    HTTPS_PROXY: 'proxy:3128',
    RECEIVE: 'webhook',
    PORT: '65536',
    TZ: 'Mars/Olympus',
  })
  expect(problems).toEqual([
    expect.stringMatching(/^TELEGRAM_TOKEN is missing: .*@BotFather/),
    expect.stringMatching(/^LOG_LEVEL must be error or warn or info or http or verbose or debug or silly$/),
    expect.stringMatching(/^LOG_DIR must be a path without any of/),
    expect.stringMatching(/^LOG_MAX_FILE_SIZE must be .* such as 10m/),
    expect.stringMatching(/^LOG_MAX_FILES must be a whole number from 2 to 1000$/),
    expect.stringMatching(/^LOG_STDOUT must be true or false$/),
    expect.stringMatching(/^LOG_LINGER_MS must be a whole number from 0 to 60000$/),
    expect.stringMatching(/^LOG_CONTENT must be true or false$/),
    expect.stringMatching(/^TELEGRAM_API_ROOT must be an http or https address/),
    expect.stringMatching(/^HTTPS_PROXY must be an http or https address/),
    expect.stringMatching(/^PORT must be a whole number from 0 to 65535$/),
    expect.stringMatching(/^TZ is not a time zone: .*Europe\/Madrid/),
    expect.stringMatching(/^WEBHOOK_URL is missing: .*RECEIVE=polling/),
  ])
})

test.each(['info:', 'abc', `123456 ${'x'.repeat(35)}`, `bot${TOKEN}`])(
  'a token such as %j is refused, and not shown',
  (token) => {
    const problems = problemsOf({ TELEGRAM_TOKEN: token })
    expect(problems).toEqual([expect.stringMatching(/^TELEGRAM_TOKEN is not of the form <digits>:<secret>/)])
    expect(problems.join()).not.toContain(token)
  },
)

test('Telegram itself posts to https alone, a local Bot API server also to http', () => {
  const webhook = { RECEIVE: 'webhook', WEBHOOK_URL: 'http://bot.example.org/telegram' }
  expect(problemsOf({ TELEGRAM_TOKEN: TOKEN, ...webhook })).toEqual([
    expect.stringMatching(/^WEBHOOK_URL must start with https/),
  ])
  expect(read({ ...webhook, TELEGRAM_API_ROOT: 'http://localhost:8081' }).receive.mode).toBe('webhook')
})

test('a file below 256k is refused: collectors would miss it', () => {
  expect(problemsOf({ TELEGRAM_TOKEN: TOKEN, LOG_MAX_FILE_SIZE: '255k' })).toEqual([
    'LOG_MAX_FILE_SIZE must be 256k or more',
  ])
})
