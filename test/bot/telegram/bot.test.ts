import { Composer, type Context, type Middleware } from 'telegraf'
import type { Update, UserFromGetMe } from 'telegraf/types'
import { expect, test } from 'vitest'
import { KINDS } from '../../../bot/features/botApi.ts'
import { createBot } from '../../../bot/telegram/bot.ts'
import { createTestLogger } from '../../support/testLogger.ts'
import { startCalling } from './calling.ts'

const UPDATE_ID = 4711
const APOLOGY = `Uh! Algo salió mal. Probá de nuevo en un rato. (código ${UPDATE_ID})`

/** A bot with one feature, whose handler the test brings along. */
async function start(handler: Middleware<Context>, logContent = false) {
  const calling = await startCalling()
  const { lines, logger } = createTestLogger()
  const seen: { kind: string; outcome: string }[] = []
  const bot = createBot({
    token: calling.token,
    me: (await calling.api.call('getMe', {})) as UserFromGetMe,
    api: calling.api,
    apiRoot: calling.telegram.url,
    features: [{ name: 'subject', kinds: [...KINDS], handlers: handler }],
    logger,
    logContent,
    onUpdate: ({ kind, outcome }) => seen.push({ kind, outcome }),
  })
  const { user, id } = calling.ana
  const chat = { id, type: 'private' }
  const message = { message_id: 1, date: 0, chat, from: user, text: 'palabras' }
  const handle = (content: object) => bot.handle({ update_id: UPDATE_ID, ...content } as Update)
  return {
    ...calling,
    update: { update_id: UPDATE_ID, message } as Update,
    bot,
    lines,
    seen,
    /** Telegram's update of a message of Ana's. */
    write: () => handle({ message }),
    press: () => handle({ callback_query: { id: '1', from: user, message, chat_instance: '1', data: 'si' } }),
    handle,
  }
}

const answer = Composer.reply('hola')

test('an update that is handled is one line: who and what, not the words', async () => {
  const { write, lines, ana } = await start(answer)
  await write()
  expect(lines).toEqual([
    {
      timestamp: expect.any(String),
      level: 'info',
      message: 'update handled',
      service: 'bitacora',
      version: '0',
      instance: 'test',
      boot: 'test',
      seq: 1,
      update_id: UPDATE_ID,
      chat_id: ana.id,
      user_id: ana.id,
      feature: 'subject',
      duration_ms: expect.any(Number),
      outcome: 'ok',
      kind: 'message',
    },
  ])
  expect(ana.replies).toMatchObject([{ text: 'hola' }])
})

test('LOG_CONTENT adds the words, or the data of a press', async () => {
  const { write, press, lines } = await start(answer, true)
  await write()
  await press()
  expect(lines.filter(({ outcome }) => outcome)).toMatchObject([{ text: 'palabras' }, { text: 'si' }])
})

test('an update that no feature wants is logged as ignored', async () => {
  const { write, lines, seen } = await start((_ctx, next) => next())
  await write()
  expect(lines).toMatchObject([{ level: 'info', message: 'update handled', outcome: 'ignored' }])
  expect(lines[0]).not.toHaveProperty('feature')
  expect(seen).toEqual([{ kind: 'message', outcome: 'ignored' }])
})

test('a bug costs an apology whose number leads to the error in the log', async () => {
  const { write, lines, ana, seen } = await start(() => {
    throw new TypeError('a bug')
  })
  await write()
  expect(ana.replies).toMatchObject([{ text: APOLOGY }])
  expect(lines).toMatchObject([
    {
      level: 'error',
      message: 'update failed',
      update_id: UPDATE_ID,
      feature: 'subject',
      outcome: 'error',
      error: { type: 'TypeError', message: 'a bug' },
    },
  ])
  expect(seen).toEqual([{ kind: 'message', outcome: 'error' }])
})

test.for([
  ['a refusal', { status: 400, description: 'Bad Request: message is too long' }, 'refused'],
  ['a 502', { status: 502 }, 'unreachable'],
  ['a reset', { reset: true }, 'unreachable'],
] as const)('%s of Telegram is a warning, and costs an apology', async ([, fault, outcome]) => {
  const { write, lines, ana, account } = await start(answer)
  account.fault({ method: 'sendMessage', ...fault })
  await write()
  expect(ana.replies).toMatchObject([{ text: APOLOGY }])
  expect(lines).toMatchObject([{ level: 'warn', message: 'update failed', outcome }])
})

test.for([
  ['blocked the bot', { status: 403 }],
  ['is flooded', { status: 429, retry_after: 60 }],
  ['is gone', { status: 400, description: 'Bad Request: chat not found' }],
] as const)('a chat that %s gets no apology', async ([, fault]) => {
  const { write, lines, account } = await start(answer)
  account.fault({ method: 'sendMessage', ...fault })
  await write()
  expect(account.calls.filter(({ method }) => method === 'sendMessage')).toHaveLength(1)
  expect(lines).toMatchObject([{ level: 'warn', outcome: 'refused' }])
})

test('an apology that does not arrive is logged, and nothing else happens', async () => {
  const { write, lines, account } = await start(() => {
    throw new TypeError('a bug')
  })
  account.fault({ method: 'sendMessage', status: 403 })
  await write()
  expect(lines).toMatchObject([
    { message: 'update failed' },
    { level: 'warn', message: 'notice not sent', update_id: UPDATE_ID, error: { code: '403' } },
  ])
})

test('a failure where there is no chat is one line and no apology', async () => {
  const { handle, lines, account } = await start(() => {
    throw new TypeError('a bug')
  })
  await handle({ poll: { id: '1' } })
  expect(account.calls.map(({ method }) => method)).toEqual(['getMe'])
  expect(lines).toMatchObject([{ level: 'error', update_id: UPDATE_ID }])
})

test('a kind of a later release is counted as other', async () => {
  const { handle, seen } = await start(answer)
  await handle({ unheard_of: {} })
  expect(seen).toEqual([{ kind: 'other', outcome: 'ignored' }])
})

test('a press is answered before its feature begins', async () => {
  const { press, account, seen } = await start(answer)
  await press()
  expect(account.calls.map(({ method }) => method)).toEqual(['getMe', 'answerCallbackQuery', 'sendMessage'])
  expect(seen).toEqual([{ kind: 'callback_query', outcome: 'ok' }])
})

test('a press too old to be answered is handled all the same', async () => {
  const { press, account, lines, ana } = await start(answer)
  account.fault({ method: 'answerCallbackQuery', status: 400, description: 'Bad Request: query is too old' })
  await press()
  expect(ana.replies).toMatchObject([{ text: 'hola' }])
  expect(lines).toMatchObject([
    { level: 'warn', message: 'press not answered', error: { code: '400' } },
    { message: 'update handled', outcome: 'ok' },
  ])
})

test('a plea for patience that does not arrive is logged', async () => {
  const { bot, ana, lines, update } = await start(answer)
  expect(bot.notifySlowDown(update)).toBe(true)
  await ana.waitForReply('Esperá un poco, estoy con tus mensajes anteriores.')
  ana.block()
  expect(bot.notifySlowDown(update)).toBe(true)
  await expect
    .poll(() => lines)
    .toMatchObject([{ level: 'warn', message: 'notice not sent', chat_id: ana.id }])
})
