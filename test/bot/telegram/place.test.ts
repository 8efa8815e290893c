import { Composer, type Context, Markup, TelegramError } from 'telegraf'
import type { Update } from 'telegraf/types'
import { expect, test } from 'vitest'
import { KINDS } from '../../../bot/features/botApi.ts'
import type { Feature } from '../../../bot/features/feature.ts'
import { sendAnswer } from '../../../bot/telegram/place.ts'
import type { Person } from '../../standins/telegram/person.ts'
import { startChat } from '../features/chat.ts'
import { sample } from './samples.ts'

const APOLOGY = /^Uh! Algo salió mal/
const SLOW_DOWN = 'Esperá un poco, estoy con tus mensajes anteriores.'

/** A feature that hears every kind: it greets, fails, or waits until the test goes on. */
function createEcho() {
  const gate = Promise.withResolvers<void>()
  const handlers = new Composer()
  handlers.on(['message', 'business_message'], async (ctx) => {
    if (ctx.text?.startsWith('/fail')) throw new Error('a bug')
    if (ctx.text?.startsWith('/wait')) await gate.promise
    await ctx.reply('hola', Markup.inlineKeyboard([Markup.button.callback('Otra', 'more')]))
  })
  handlers.action('more', async (ctx) => {
    await ctx.editMessageText('cambiado')
    await ctx.reply('otra')
  })
  const echo: Feature = {
    name: 'echo',
    kinds: ['message', 'business_message', 'callback_query'],
    commands: [
      { command: 'secret', description: 'Secreto', is_ephemeral: true },
      { command: 'fail', description: 'Falla', is_ephemeral: true },
    ],
    handlers,
  }
  return { echo, open: gate.resolve }
}

async function start() {
  const { echo, open } = createEcho()
  const chat = await startChat([echo])
  return { ...chat, open, ana: chat.account.person({ first_name: 'Ana' }) }
}

/** More than a chat may have waiting, of which the first is handled until the test opens the gate. */
const flood = (send: (text: string) => unknown) => {
  for (let n = 0; n < 25; n++) send('/wait')
}

test('a topic of a forum gets its answer, its apology and the plea for patience', async () => {
  const { account, ana, open } = await start()
  const topic = account.group('Puerto', [ana], { is_forum: true }).createTopic(ana, 'Mareas')
  topic.as(ana).send('hola')
  await topic.waitForReply('hola')
  topic.as(ana).send('/fail')
  await topic.waitForReply(APOLOGY)
  flood(topic.as(ana).send)
  await topic.waitForReply(SLOW_DOWN)
  open()
})

test('a topic of a private chat gets its answer and its apology', async () => {
  const { ana } = await start()
  const topic = ana.createTopic('Viaje')
  topic.as(ana).send('hola')
  await topic.waitForReply('hola')
  topic.as(ana).send('/fail')
  await topic.waitForReply(APOLOGY)
})

test('the direct messages of a channel get their answer and their apology', async () => {
  const { account, ana } = await start()
  const direct = account.group('Novedades', [ana], { is_direct_messages: true })
  const isHers = ({ direct_messages_topic }: { direct_messages_topic?: { topic_id: number } }) =>
    direct_messages_topic?.topic_id === ana.id
  direct.send(ana, 'hola')
  await direct.waitForReply(isHers)
  direct.send(ana, '/fail')
  await direct.waitForReply(isHers)
})

test('a business account answers its customer, and apologizes there', async () => {
  const { account, ana } = await start()
  const chat = account.connectBusiness(account.person()).chatWith(ana)
  chat.send('hola')
  await chat.waitForReply('hola')
  chat.press('Otra')
  await chat.waitForReply('otra')
  chat.send('/fail')
  await chat.waitForReply(APOLOGY)
  expect(ana.replies).toEqual([])
})

test('what answers an ephemeral command, its buttons and its failure is seen by nobody else', async () => {
  const { account, ana } = await start()
  const bea = account.person()
  const group = account.group('Amigos', [ana, bea])
  const hers = group.seenBy(ana)
  group.send(ana, '/secret')
  const message = await hers.waitForReply('hola')
  account.push({
    callback_query: { id: 'unknown', from: ana.user, message, chat_instance: '1', data: 'more' },
  })
  await hers.waitForReply('otra')
  await hers.waitForReply('cambiado')
  group.send(ana, '/fail')
  await hers.waitForReply(APOLOGY)
  expect(group.seenBy(bea).replies).toEqual([])
})

test('an answer that is later than an ephemeral command allows is sent without a reference to that', async () => {
  const { account, ana, outcomeOf } = await start()
  const group = account.group('Amigos', [ana])
  const tooLate = 'Bad Request: message to be replied not found'
  account.fault({ method: 'sendMessage', status: 400, description: tooLate })
  expect(await outcomeOf(group.send(ana, '/secret'))).toBe('ok')
  const [first, second] = account.calls.filter(({ method }) => method === 'sendMessage')
  expect(first?.payload).toHaveProperty('reply_parameters')
  expect(second?.payload).not.toHaveProperty('reply_parameters')
  expect(second?.payload).toMatchObject({ ephemeral_message_parameters: { receiver_user_id: ana.id } })
})

test('a guest is told of a failure by the answer to the query', async () => {
  const broken: Feature = {
    name: 'broken',
    kinds: ['guest_message'],
    handlers: (ctx) => ctx.reply('does not get there'),
  }
  const { account, lines, outcomeOf } = await startChat([broken])
  const ana = account.person()
  const chat = account.guestChat('Lejos', [ana])
  const id = chat.summon(ana, `@${account.username} hola`)
  await chat.waitForReply(APOLOGY)
  expect(await outcomeOf(id)).toBe('error')
  expect(lines.find(({ update_id }) => update_id === id)?.error).toMatchObject({
    message: 'sendMessage does not reach the chat of a guest message: use answerGuestQuery',
  })
})

/** What is sent for a call of a feature that handles the update. */
async function place(update: Update, method: string, payload: object) {
  const sent: [method: string, payload: object][] = []
  await sendAnswer(update, method, { ...payload }, async (...call) => void sent.push(call))
  expect(sent).toHaveLength(1)
  return sent[0]
}

const withMessage = (more: object): Update => {
  const update = sample('message') as Update.MessageUpdate
  return { ...update, message: { ...update.message, ...more } } as Update
}
const TOPIC = { message_thread_id: 9, is_topic_message: true, direct_messages_topic: { topic_id: 4 } }

test('what names another chat, or a place itself, goes there', async () => {
  const update = withMessage(TOPIC)
  const there = { chat_id: 8, text: 'x' }
  expect(await place(update, 'sendMessage', there)).toEqual(['sendMessage', there])
  const named = { chat_id: 7, text: 'x', message_thread_id: 1, direct_messages_topic_id: 2 }
  expect(await place(update, 'sendMessage', named)).toEqual(['sendMessage', named])
})

test('an answer joins a topic, not a thread of replies', async () => {
  const reply = withMessage({ message_thread_id: 9 })
  expect(await place(reply, 'sendMessage', { chat_id: 7 })).toEqual(['sendMessage', { chat_id: 7 }])
})

test('what is not sent into a chat has no topic', async () => {
  const payload = { chat_id: 7, user_id: 1 }
  expect(await place(withMessage(TOPIC), 'banChatMember', payload)).toEqual(['banChatMember', payload])
})

test.for(KINDS)('%s: an answer by its chat’s id is a call that Telegram knows', async (kind) => {
  const send = () => place(sample(kind), 'sendMessage', { chat_id: 7, text: 'x' })
  if (kind === 'guest_message') return
  const [method, payload] = (await send()) ?? []
  expect(method).toBe('sendMessage')
  const allowed = ['chat_id', 'text', 'business_connection_id']
  expect(Object.keys(payload ?? {}).filter((key) => !allowed.includes(key))).toEqual([])
})

const ephemeral = withMessage({
  message_id: 0,
  ephemeral_message_id: 3,
  chat: { id: -1001, type: 'supergroup' },
})

test.for(['sendDice', 'sendPoll', 'sendMediaGroup', 'copyMessage', 'forwardMessage', 'sendInvoice'])(
  '%s cannot answer an ephemeral message, unless it is said that others may see it',
  async (method) => {
    const payload = { chat_id: -1001 }
    await expect(place(ephemeral, method, payload)).rejects.toThrow(`${method} has no ephemeral form`)
    const open = { ...payload, ephemeral_message_parameters: null }
    expect(await place(ephemeral, method, open)).toEqual([method, open])
  },
)

test('a refusal that has nothing to do with an ephemeral answer’s age stays one', async () => {
  const refusal = new TelegramError({ error_code: 403, description: 'Forbidden: bot was kicked' })
  const sent: string[] = []
  const send = async (method: string) => {
    sent.push(method)
    throw refusal
  }
  await expect(sendAnswer(ephemeral, 'sendMessage', { chat_id: -1001 }, send)).rejects.toBe(refusal)
  expect(sent).toHaveLength(1)
})

/** Each helper of telegraf's Context that sends something into the chat. */
const HELPERS: Record<string, (ctx: Context) => Promise<unknown>> = {
  reply: (ctx) => ctx.reply('x'),
  sendMessage: (ctx) => ctx.sendMessage('x'),
  replyWithPhoto: (ctx) => ctx.replyWithPhoto('f'),
  sendPhoto: (ctx) => ctx.sendPhoto('f'),
  replyWithAudio: (ctx) => ctx.replyWithAudio('f'),
  sendAudio: (ctx) => ctx.sendAudio('f'),
  replyWithDocument: (ctx) => ctx.replyWithDocument('f'),
  sendDocument: (ctx) => ctx.sendDocument('f'),
  replyWithSticker: (ctx) => ctx.replyWithSticker('f'),
  sendSticker: (ctx) => ctx.sendSticker('f'),
  replyWithVideo: (ctx) => ctx.replyWithVideo('f'),
  sendVideo: (ctx) => ctx.sendVideo('f'),
  replyWithAnimation: (ctx) => ctx.replyWithAnimation('f'),
  sendAnimation: (ctx) => ctx.sendAnimation('f'),
  replyWithVideoNote: (ctx) => ctx.replyWithVideoNote('f'),
  sendVideoNote: (ctx) => ctx.sendVideoNote('f'),
  replyWithVoice: (ctx) => ctx.replyWithVoice('f'),
  sendVoice: (ctx) => ctx.sendVoice('f'),
  replyWithLocation: (ctx) => ctx.replyWithLocation(1, 2),
  sendLocation: (ctx) => ctx.sendLocation(1, 2),
  replyWithVenue: (ctx) => ctx.replyWithVenue(1, 2, 'x', 'y'),
  sendVenue: (ctx) => ctx.sendVenue(1, 2, 'x', 'y'),
  replyWithContact: (ctx) => ctx.replyWithContact('1', 'x'),
  sendContact: (ctx) => ctx.sendContact('1', 'x'),
  replyWithDice: (ctx) => ctx.replyWithDice(),
  sendDice: (ctx) => ctx.sendDice(),
  replyWithPoll: (ctx) => ctx.replyWithPoll('?', ['a', 'b']),
  sendPoll: (ctx) => ctx.sendPoll('?', ['a', 'b']),
  replyWithQuiz: (ctx) => ctx.replyWithQuiz('?', ['a', 'b']),
  sendQuiz: (ctx) => ctx.sendQuiz('?', ['a', 'b']),
  replyWithGame: (ctx) => ctx.replyWithGame('x'),
  sendGame: (ctx) => ctx.sendGame('x'),
  replyWithMediaGroup: (ctx) => ctx.replyWithMediaGroup([{ type: 'photo', media: 'f' }]),
  sendMediaGroup: (ctx) => ctx.sendMediaGroup([{ type: 'photo', media: 'f' }]),
  replyWithInvoice: (ctx) => ctx.replyWithInvoice(INVOICE),
  sendInvoice: (ctx) => ctx.sendInvoice(INVOICE),
  replyWithHTML: (ctx) => ctx.replyWithHTML('x'),
  replyWithMarkdown: (ctx) => ctx.replyWithMarkdown('x'),
  replyWithMarkdownV2: (ctx) => ctx.replyWithMarkdownV2('x'),
  replyWithChatAction: (ctx) => ctx.replyWithChatAction('typing'),
  sendChatAction: (ctx) => ctx.sendChatAction('typing'),
  copyMessage: (ctx) => ctx.copyMessage(ctx.chat?.id ?? 0),
  copyMessages: (ctx) => ctx.copyMessages(ctx.chat?.id ?? 0, [1]),
  forwardMessage: (ctx) => ctx.forwardMessage(ctx.chat?.id ?? 0),
  forwardMessages: (ctx) => ctx.forwardMessages(ctx.chat?.id ?? 0, [1]),
}
const INVOICE = {
  title: 'x',
  description: 'x',
  payload: 'x',
  provider_token: '',
  currency: 'XTR',
  prices: [],
}

test('the table above has every send helper of the Context', async () => {
  const { Context: Class } = await import('telegraf')
  const names = Object.getOwnPropertyNames(Class.prototype)
  const helpers = names.filter((name) => /^(reply|send|copy|forward)(?!erChat)/.test(name))
  expect(helpers.sort()).toEqual(Object.keys(HELPERS).sort())
})

test('every send helper of the Context answers in the place of the question', async () => {
  let done: () => void
  const all = new Promise<void>((resolve) => {
    done = resolve
  })
  const handlers = new Composer().command('all', async (ctx) => {
    for (const help of Object.values(HELPERS)) await help(ctx).catch(() => {}) // the stand-in knows some of them
    done()
  })
  const { account } = await startChat([{ name: 'all', handlers }])
  const ana: Person = account.person()
  const topic = ana.createTopic('Viaje')
  const before = account.calls.length
  topic.as(ana).send('/all')
  await all
  const calls = account.calls.slice(before).filter(({ method }) => !method.startsWith('get'))
  expect(calls).toHaveLength(Object.keys(HELPERS).length)
  const astray = calls.filter(({ payload }) => payload.message_thread_id !== topic.threadId)
  expect(astray.map(({ method }) => method)).toEqual([])
})
