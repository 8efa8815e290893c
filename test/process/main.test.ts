import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type BotProcess, startBotProcess } from '../support/botProcess.ts'
import { startTelegramFor } from '../support/telegram.ts'

async function start(env: Record<string, string> = {}, options: Parameters<typeof startBotProcess>[1] = {}) {
  const { telegram, token, account } = await startTelegramFor()
  const bot = startBotProcess({ TELEGRAM_TOKEN: token, TELEGRAM_API_ROOT: telegram.url, ...env }, options)
  return { telegram, token, account, bot }
}

/** All that the bot said and wrote, in whatever file. */
function everything({ output, logDir }: BotProcess): string {
  const files = readdirSync(logDir, { withFileTypes: true }).filter((entry) => entry.isFile())
  return output + files.map(({ name }) => readFileSync(join(logDir, name), 'utf8')).join('')
}

test('the bot answers, logs one line for the update, and stops on request', async () => {
  const { account, bot } = await start()
  const ana = account.person({ first_name: 'Ana' })
  const update_id = ana.send('/start')
  expect((await ana.waitForReply()).text).toBe('Hola, Ana')
  await bot.waitUntilReady()
  expect(await bot.stop()).toBe(0)
  expect(bot.lines().filter((line) => line.update_id === update_id)).toMatchObject([
    { message: 'update handled', chat_id: ana.id, user_id: ana.id, feature: 'greetings', outcome: 'ok' },
  ])
  expect(bot.lines().at(-1)).toMatchObject({ message: 'stopped', code: 0 })
  expect(account.pending).toBe(0)
})

test('the line of who the bot is says what @BotFather allows it', async () => {
  const { account, bot } = await start()
  await bot.waitUntilReady()
  expect(bot.lines().filter(({ message }) => message === 'identified')).toMatchObject([
    {
      username: account.username,
      has_topics_enabled: true,
      supports_guest_queries: true,
      can_connect_to_business: true,
    },
  ])
})

test('stdout holds the lines of the volume, its first bytes as well as its last', async () => {
  const { bot } = await start()
  await bot.waitUntilReady()
  await bot.stop()
  const printed = bot.output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(printed).toEqual(bot.lines().filter((line) => line.message !== 'log file opened'))
})

test('LOG_STDOUT=false leaves stdout empty', async () => {
  const { bot } = await start({ LOG_STDOUT: 'false' })
  await bot.waitUntilReady()
  expect(await bot.stop()).toBe(0)
  expect(bot.output).toBe('')
})

test('texts are personal data: they are logged only with LOG_CONTENT=true', async () => {
  for (const [LOG_CONTENT, times] of [
    ['false', 0],
    ['true', 1],
  ] as const) {
    const { account, bot } = await start({ LOG_CONTENT, LOG_STDOUT: 'false' })
    const ana = account.person({ first_name: 'Ana' })
    ana.send('mi secreto')
    await ana.waitForReply()
    await bot.stop()
    expect(bot.lines().filter((line) => line.text === 'mi secreto')).toHaveLength(times)
    expect(everything(bot).split('mi secreto')).toHaveLength(times + 1)
  }
})

test('every problem of the environment is told on stderr, and the exit code is 2', async () => {
  const bot = startBotProcess({ LOG_LEVEL: 'loud' })
  expect(await bot.exit).toBe(2)
  expect(bot.output).toMatch(/TELEGRAM_TOKEN is missing.*\n.*LOG_LEVEL must be error or warn/)
})

test('a port that is taken ends the start with exit code 2 and the remedy', async () => {
  const { telegram } = await startTelegramFor()
  const { bot } = await start({ PORT: new URL(telegram.url).port })
  expect(await bot.exit).toBe(2)
  expect(bot.lines().map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^PORT \d+ cannot be used \(EADDRINUSE\)/),
  )
})

test('Ctrl-C under npm, which arrives twice at once, is one request to stop', async () => {
  const twice = `process.on('SIGUSR2', () => { for (const n of [1, 2]) process.emit('SIGINT', 'SIGINT') })`
  const { bot } = await start({}, { nodeArgs: ['--import', `data:text/javascript,${twice}`] })
  await bot.waitUntilReady()
  expect(await bot.stop('SIGUSR2')).toBe(0)
  expect(bot.lines().filter(({ message }) => message === 'stopping')).toHaveLength(1)
})

test('an exception that nobody catches is the last line, and the exit code is 1', async () => {
  const crash = `data:text/javascript,setTimeout(() => { throw new Error('from nowhere') }, 700)`
  const { bot } = await start({}, { nodeArgs: ['--import', crash] })
  expect(await bot.exit).toBe(1)
  expect(bot.lines().at(-1)).toMatchObject({
    level: 'error',
    message: 'crashed',
    error: { type: 'Error', message: 'from nowhere' },
  })
})

test('a rejection that nobody handles is one as well', async () => {
  const crash = `data:text/javascript,setTimeout(() => Promise.reject(new Error('from nowhere')), 700)`
  const { bot } = await start({}, { nodeArgs: ['--import', crash] })
  expect(await bot.exit).toBe(1)
  expect(bot.lines().at(-1)).toMatchObject({ message: 'crashed', error: { message: 'from nowhere' } })
})

test('a handler that fails costs one answer: an apology with the number that its log line carries', async () => {
  const { account, bot } = await start()
  const ana = account.person({ first_name: 'Ana' })
  const entities = [{ type: 'bot_command', offset: 0, length: 6 }]
  const chat = { id: ana.id, type: 'private' }
  const update_id = account.push({
    message: { message_id: 1, chat, from: { id: ana.id }, text: 7, entities },
  })
  const apology = await ana.waitForReply()
  expect(apology.text).toBe(`Uh! Algo salió mal. Probá de nuevo en un rato. (código ${update_id})`)
  expect(await bot.waitForLine((line) => line.update_id === update_id)).toMatchObject({
    level: 'error',
    message: 'update failed',
    outcome: 'error',
    error: { type: 'TypeError' },
  })
  ana.send('/start')
  expect((await ana.waitForReply()).text).toBe('Hola, Ana')
})

test('the token is nowhere, whatever Telegram answers', async () => {
  const { token, account, bot } = await start({ LOG_LEVEL: 'silly' })
  await bot.waitUntilReady()
  const ana = account.person({ first_name: 'Ana' })
  for (const fault of [{ html: 502 }, { reset: true }, { cutBody: true }, { invalidJson: true }]) {
    account.fault({ method: 'sendMessage', times: 2, ...fault })
    const update_id = ana.send('/start')
    await bot.waitForLine((line) => line.update_id === update_id && line.outcome === 'unreachable')
    account.clearFaults()
  }
  const [, secret = ''] = token.split(':')
  const update_id = ana.send(`/say_hi ${token}`)
  await bot.waitForLine((line) => line.update_id === update_id)
  await bot.stop()
  expect(secret.length).toBeGreaterThan(20)
  expect(everything(bot)).not.toContain(secret)
})

test('the menu is set at the first start, and a restart changes nothing', async () => {
  const { telegram, token, account, bot } = await start()
  await account.waitForCall('setMyCommands')
  await bot.stop()
  const again = startBotProcess({ TELEGRAM_TOKEN: token, TELEGRAM_API_ROOT: telegram.url })
  await again.waitUntilReady()
  await again.stop()
  const methods = account.calls.map(({ method }) => method)
  expect(methods.filter((method) => method === 'getMyCommands')).toHaveLength(2)
  expect(methods.filter((method) => method === 'setMyCommands')).toHaveLength(1)
})
