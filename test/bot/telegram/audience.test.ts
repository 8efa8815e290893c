import { Composer } from 'telegraf'
import type { Update, UserFromGetMe } from 'telegraf/types'
import { expect, test } from 'vitest'
import type { Feature } from '../../../bot/features/feature.ts'
import { createAudience } from '../../../bot/telegram/audience.ts'
import { startChat, VERSION } from '../features/chat.ts'
import { sample } from './samples.ts'

const DID_NOT_UNDERSTAND = 'Uh? No te entiendo! Me repetis la pregunta?'

/** What Telegram itself puts into a chat, and a kind that it has not thought of yet. */
const SERVICE = [
  'pinned_message',
  'message_auto_delete_timer_changed',
  'write_access_allowed',
  'connected_website',
  'users_shared',
  'chat_shared',
  'successful_payment',
  'refunded_payment',
  'invoice',
  'gift',
  'unique_gift',
  'gift_upgrade_sent',
  'chat_background_set',
  'passport_data',
  'proximity_alert_triggered',
  'web_app_data',
  'forum_topic_created',
  'forum_topic_closed',
  'checklist_tasks_done',
  'suggested_post_approved',
  'paid_message_price_changed',
  'managed_bot_created',
  'boost_added',
  'giveaway',
  'new_chat_title',
  'thought_of_next_year',
]

test('service messages, today’s and tomorrow’s, are answered by nothing', async () => {
  const { account, outcomeOf } = await startChat()
  const ana = account.person()
  for (const field of SERVICE)
    expect([field, await outcomeOf(ana.sendContent({ [field]: {} }))]).toEqual([field, 'ignored'])
  ana.send('/version')
  await ana.waitForReply(VERSION)
  expect(ana.replies).toHaveLength(1)
})

test.for([
  ...['text', 'rich_message', 'animation', 'audio', 'document', 'paid_media', 'photo', 'live_photo'],
  ...['sticker', 'story', 'video', 'video_note', 'voice', 'contact', 'dice', 'game', 'poll', 'checklist'],
])('a person who sends %s is answered once', async (field) => {
  const { account, outcomeOf } = await startChat()
  const ana = account.person()
  expect(await outcomeOf(ana.sendContent({ [field]: {} }))).toBe('ok')
  expect(ana.replies.map(({ text }) => text)).toEqual([DID_NOT_UNDERSTAND])
})

test('an album is answered once, the next one again', async () => {
  const { account, outcomeOf } = await startChat()
  const ana = account.person()
  const outcomes = []
  for (const id of [...ana.sendAlbum(3), ...ana.sendAlbum(2)]) outcomes.push(await outcomeOf(id))
  expect(outcomes).toEqual(['ok', 'ignored', 'ignored', 'ok', 'ignored'])
  expect(ana.replies).toHaveLength(2)
})

test('an album of a group is answered once, whichever part of it names the bot', async () => {
  const { account, outcomeOf } = await startChat()
  const ana = account.person()
  const group = account.group('Amigos', [ana])
  const part = (caption?: string) =>
    group.as(ana).sendContent({
      media_group_id: 'album',
      photo: [],
      ...(caption && {
        caption,
        caption_entities: [{ type: 'mention', offset: 0, length: caption.length }],
      }),
    })
  const mention = `@${account.username}`
  const outcomes = []
  for (const id of [part(), part(mention), part(mention)]) outcomes.push(await outcomeOf(id))
  expect(outcomes).toEqual(['ignored', 'ok', 'ignored'])
})

test('an album whose parts all fail costs one apology', async () => {
  const broken: Feature = { name: 'broken', handlers: () => Promise.reject(new Error('a bug')) }
  const { account, outcomeOf } = await startChat([broken])
  const ana = account.person()
  for (const id of ana.sendAlbum(3)) expect(await outcomeOf(id)).toBe('error')
  const next = ana.send('hola') // has an apology of its own
  await ana.waitForReply(new RegExp(String(next)))
  expect(ana.replies).toHaveLength(2)
})

const audience = () => createAudience({ id: 99, username: 'Bitacora_Bot' } as UserFromGetMe)
const part = (media_group_id: string, message_id: number) => {
  const update = sample('message')
  Object.assign((update as Update.MessageUpdate).message, { media_group_id, message_id })
  return update
}

test('the part that claimed an album’s answer may claim it again, as when its update comes twice', () => {
  const { claimAnswer } = audience()
  expect([claimAnswer(part('a', 1)), claimAnswer(part('a', 2)), claimAnswer(part('a', 1))]).toEqual([
    true,
    false,
    true,
  ])
})

test('of more than a thousand albums the oldest are forgotten', () => {
  const { claimAnswer } = audience()
  for (let album = 0; album <= 1000; album++) claimAnswer(part(String(album), 1))
  expect([claimAnswer(part('1', 2)), claimAnswer(part('0', 2))]).toEqual([false, true])
})

test('a command is one in any letter case, and what follows it stays as it was typed', async () => {
  const ping: Feature = {
    name: 'ping',
    handlers: new Composer().command('ping', (ctx) => ctx.reply(ctx.payload)),
  }
  const { account } = await startChat([ping])
  const ana = account.person({ first_name: 'Ana' })
  for (const [text, answer] of [
    ['/Start', 'Hola, Ana'],
    ['/START', 'Hola, Ana'],
    [`/Start@${account.username.toUpperCase()} Promo`, 'Hola, Ana'],
    ['/Say_Hi Pedro PÉREZ', 'Hola, Pedro PÉREZ'],
    ['/VERSION', VERSION],
    ['/Ping Pong', 'Pong'],
    ['/Start@otro_bot', DID_NOT_UNDERSTAND],
  ] as const) {
    ana.send(text)
    expect([text, (await ana.waitForReply()).text]).toEqual([text, answer])
  }
})

/** A message to the bot in a group, with a sender of another sort. */
async function startGroup() {
  const chat = await startChat()
  const group = chat.account.group('Amigos', [chat.account.person()])
  const text = `/version@${chat.account.username}`
  const info = { id: group.id, type: 'supergroup', title: 'Amigos' }
  const message = { message_id: 1, date: 1_800_000_000, chat: info, text }
  const entities = [{ type: 'bot_command', offset: 0, length: text.length }]
  const push = (sender: object) => chat.account.push({ message: { ...message, entities, ...sender } })
  return { ...chat, group, info, push }
}

const other = { id: 777, is_bot: true, first_name: 'B', username: 'b_bot' }
const channel = { id: -1_002_000_000_999, type: 'channel', title: 'Novedades' }

test('another bot is not answered, neither in private nor where it names this one', async () => {
  const { account, group, outcomeOf, push } = await startGroup()
  const chat = { id: other.id, type: 'private', first_name: 'B' }
  const hola = { message_id: 1, date: 1_800_000_000, chat, from: other, text: 'hola' }
  expect(await outcomeOf(account.push({ message: hola }))).toBe('ignored')
  expect(await outcomeOf(push({ from: other }))).toBe('ignored')
  expect(await outcomeOf(push({ from: other, sender_chat: channel }))).toBe('ignored')
  expect(group.replies).toEqual([])
  expect(account.calls.filter(({ method }) => method === 'sendMessage')).toEqual([])
})

test('an anonymous administrator and a channel’s post in its group are answered', async () => {
  const { group, info, outcomeOf, push } = await startGroup()
  const anonymous = { id: 1_087_968_824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' }
  const telegram = { id: 777_000, is_bot: false, first_name: 'Telegram' }
  expect(await outcomeOf(push({ from: anonymous, sender_chat: info }))).toBe('ok')
  expect(await outcomeOf(push({ from: telegram, sender_chat: channel, is_automatic_forward: true }))).toBe(
    'ok',
  )
  const forwarded = { from: telegram, sender_chat: channel, is_automatic_forward: true, text: 'noticia' }
  expect(await outcomeOf(push({ ...forwarded, entities: [] }))).toBe('ignored')
  expect(group.replies).toHaveLength(2)
})

test('what a business account sends, by its owner or by a bot, asks nobody', () => {
  const { isAsked } = audience()
  const update = sample('business_message') as Update.BusinessMessageUpdate
  expect(isAsked(update)).toBe(true)
  const message = update.business_message
  expect(isAsked({ ...update, business_message: { ...message, from: { ...message.from, id: 8 } } })).toBe(
    false,
  )
  const sent = { ...message, sender_business_bot: other }
  expect(isAsked({ ...update, business_message: sent })).toBe(false)
})

test('a guest’s message asks the bot, a post of a channel does not', () => {
  const { isAsked } = audience()
  expect(isAsked(sample('guest_message'))).toBe(true)
  expect(isAsked(sample('channel_post'))).toBe(false)
  expect(isAsked(sample('my_chat_member'))).toBe(false)
})

test('a press on a button of an inline message is answered, and no bug', async () => {
  const { account, lines, outcomeOf } = await startChat()
  const ana = account.person()
  for (const data of ['tv:jon', 'of an older version']) {
    expect(await outcomeOf(ana.pressInline('shared', data))).toBe('ignored')
    await ana.waitForAnswer()
  }
  expect(lines.filter(({ level }) => level !== 'info')).toEqual([])
})
