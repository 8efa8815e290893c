import { expect, test } from 'vitest'
import { useTelegram } from '../../support/telegram.ts'
import type { ChatEvent } from './types.ts'

const open = useTelegram()

test('what a person writes, edits and shares becomes updates', async () => {
  const { bot, call } = open()
  const ada = bot.person({ first_name: 'Ada', username: 'ada_l', language_code: 'es' })
  ada.send('/tv')
  const message_id = ada.messages[0]?.message_id ?? 0
  ada.edit(message_id, '/time')
  ada.shareLocation(-34.6, -58.4)
  const command = { type: 'bot_command', offset: 0 }
  const from = { id: ada.id, is_bot: false, first_name: 'Ada', username: 'ada_l', language_code: 'es' }
  expect((await call('getUpdates')).result).toMatchObject([
    { message: { message_id, from, text: '/tv', entities: [{ ...command, length: 3 }] } },
    { edited_message: { message_id, text: '/time', entities: [{ ...command, length: 5 }] } },
    { message: { location: { latitude: -34.6, longitude: -58.4 } } },
  ])
})

test('a press needs a button that the bot really sent, and takes the newest', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  expect(() => ada.press('Jon')).toThrow('No button "Jon"')
  for (const data of ['old', 'new']) {
    const reply_markup = { inline_keyboard: [[{ text: 'Jon', callback_data: data }]] }
    await call('sendMessage', { chat_id: ada.id, text: data, reply_markup })
  }
  ada.press('Jon')
  const { result } = await call('getUpdates')
  expect(result[0].callback_query).toMatchObject({
    data: 'new',
    from: { id: ada.id },
    message: { text: 'new' },
  })
})

test('a query is answered once', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  ada.pressData(99, 'stale')
  const { callback_query } = (await call('getUpdates')).result[0]
  expect(callback_query.message).toMatchObject({ message_id: 99, date: 0 })
  const answer = () => call('answerCallbackQuery', { callback_query_id: callback_query.id, text: 'ya está' })
  expect((await answer()).result).toBe(true)
  expect(await ada.waitForAnswer()).toEqual({ id: callback_query.id, text: 'ya está' })
  expect((await answer()).description).toBe(
    'Bad Request: query is too old and response timeout expired or query ID is invalid',
  )
  expect(ada.answers).toHaveLength(1)
})

test('a group has its members, and replies in it say to what', async () => {
  const { bot, call } = open()
  const [ada, bob, eve] = [bot.person(), bot.person(), bot.person()]
  const group = bot.group('Casa', [ada, bob])
  await call('sendMessage', { chat_id: group.id, text: 'hola' })
  const { message_id } = await group.waitForReply('hola')
  group.reply(bob, message_id, 'chau')
  const { message } = (await call('getUpdates')).result[0]
  expect(message).toMatchObject({
    chat: { id: group.id, type: 'supergroup', title: 'Casa' },
    from: { id: bob.id },
    reply_to_message: { message_id, from: { is_bot: true } },
  })
  expect(() => group.send(eve, 'yo')).toThrow('not a member')
})

test('a block is told by my_chat_member, once', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  ada.block()
  ada.block()
  ada.unblock()
  const { result } = await call('getUpdates')
  expect(
    result.map((u: { my_chat_member: { new_chat_member: object } }) => u.my_chat_member.new_chat_member),
  ).toMatchObject([{ status: 'kicked' }, { status: 'member' }])
})

test('waitForReply hands every reply out once, in order, and says what came instead', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const first = ada.waitForReply()
  for (const text of ['1', '2']) await call('sendMessage', { chat_id: ada.id, text })
  expect((await first).text).toBe('1')
  expect((await ada.waitForReply()).text).toBe('2')
  await expect(ada.waitForReply(undefined, 20)).rejects.toThrow('["1","2"] (waited 20 ms)')
})

test('waitForCall finds an earlier call, and a later one', async () => {
  const { bot, call } = open()
  await call('getMe')
  expect((await bot.waitForCall('getMe')).status).toBe(200)
  const failed = bot.waitForCall('sendMessage', ({ status }) => status === 400)
  await call('sendMessage', { chat_id: 1, text: 'hola' })
  expect((await failed).payload).toEqual({ chat_id: 1, text: 'hola' })
  await expect(bot.waitForCall('close', undefined, 20)).rejects.toThrow('there were: getMe, sendMessage')
})

test('a listener sees everything that happens between the bot and its people', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const seen: ChatEvent[] = []
  const stop = bot.onEvent((event) => seen.push(event))
  ada.send('hola')
  const at = { chat_id: ada.id }
  const { message_id } = (await call('sendMessage', { ...at, text: 'uno' })).result
  await call('editMessageText', { ...at, message_id, text: 'dos' })
  await call('deleteMessage', { ...at, message_id })
  await call('sendChatAction', { ...at, action: 'typing' })
  ada.pressData(message_id, 'x')
  const pressed = (await call('getUpdates')).result.at(-1).callback_query
  await call('answerCallbackQuery', { callback_query_id: pressed.id })
  await call('setMyCommands', { commands: [] })
  stop()
  ada.send('chau')
  expect(seen).toMatchObject([
    { type: 'message', message: { text: 'hola' } },
    { type: 'message', message: { text: 'uno' } },
    { type: 'edit', message: { text: 'dos' } },
    { type: 'delete', message_id },
    { type: 'action', action: 'typing' },
    { type: 'answer', user_id: ada.id, answer: { id: pressed.id } },
    { type: 'commands', commands: [] },
  ])
})
