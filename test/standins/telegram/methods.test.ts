import { expect, test } from 'vitest'
import { useTelegram } from '../../support/telegram.ts'

const open = useTelegram()
const refusal = (error_code: number, description: string) => ({
  status: error_code,
  ok: false,
  error_code,
  description,
})

test('getMe tells who the token belongs to', async () => {
  const { bot, token, call } = open()
  const { result } = await call('getMe')
  expect(result).toMatchObject({ id: Number.parseInt(token, 10), is_bot: true, username: bot.username })
})

test('an unknown method is 404, and a known one works in any letter case', async () => {
  const { call, bot } = open()
  expect(await call('sendTelepathy')).toEqual(refusal(404, 'Not Found'))
  expect((await call('GETME')).ok).toBe(true)
  expect(bot.calls.map(({ method, status }) => [method, status])).toEqual([
    ['sendTelepathy', 404],
    ['getMe', 200],
  ])
})

test('a malformed token is 401, and so is one that was revoked', async () => {
  const { telegram, call, bot } = open()
  const malformed = await fetch(`${telegram.url}/bot123/getMe`)
  expect([malformed.status, await malformed.json()]).toEqual([
    401,
    { ok: false, error_code: 401, description: 'Unauthorized' },
  ])
  const poll = call('getUpdates', { timeout: 50 })
  await expect.poll(() => bot.polled).toBe(true)
  bot.revoke()
  expect(await poll).toEqual(refusal(401, 'Unauthorized'))
  expect(await call('getMe')).toEqual(refusal(401, 'Unauthorized'))
})

test('a message reaches the person, and the bot gets it back', async () => {
  const { bot, call } = open()
  const ada = bot.person({ first_name: 'Ada', username: 'ada_l' })
  const { result } = await call('sendMessage', { chat_id: ada.id, text: 'mirá /help' })
  expect(result).toMatchObject({
    text: 'mirá /help',
    from: { is_bot: true },
    chat: { id: ada.id, type: 'private', first_name: 'Ada', username: 'ada_l' },
    entities: [{ type: 'bot_command', offset: 5, length: 5 }],
  })
  expect(await ada.waitForReply(/^mirá/)).toEqual(result)
})

test('a text may have 4096 UTF-16 units and no more', async () => {
  const { bot, call } = open()
  const { id: chat_id } = bot.person()
  expect((await call('sendMessage', { chat_id, text: '😀'.repeat(2048) })).ok).toBe(true)
  const tooLong = refusal(400, 'Bad Request: message is too long')
  expect(await call('sendMessage', { chat_id, text: '😀'.repeat(2049) })).toEqual(tooLong)
  const empty = refusal(400, 'Bad Request: message text is empty')
  expect(await call('sendMessage', { chat_id, text: ' \n' })).toEqual(empty)
})

test('chats that are missing, unknown or blocked refuse a message', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const send = (chat_id?: number) => call('sendMessage', { chat_id, text: 'hola' })
  expect(await send()).toEqual(refusal(400, 'Bad Request: chat_id is empty'))
  expect(await send(ada.id + 1)).toEqual(refusal(400, 'Bad Request: chat not found'))
  ada.block()
  expect(await send(ada.id)).toEqual(refusal(403, 'Forbidden: bot was blocked by the user'))
  ada.unblock()
  expect((await send(ada.id)).ok).toBe(true)
})

test('only inline keyboards come back over the wire, the person sees the others too', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const inline = { inline_keyboard: [[{ text: 'Jon', callback_data: 'jon' }]] }
  const keyboard = { keyboard: [[{ text: 'Acá estoy', request_location: true }]] }
  const first = await call('sendMessage', { chat_id: ada.id, text: '1', reply_markup: inline })
  const second = await call('sendMessage', { chat_id: ada.id, text: '2', reply_markup: keyboard })
  expect(first.result.reply_markup).toEqual(inline)
  expect(second.result.reply_markup).toBeUndefined()
  expect(ada.replies.map((reply) => reply.reply_markup)).toEqual([inline, keyboard])
})

test('a reply carries the message it answers', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  ada.send('¿y?')
  const [question] = ada.messages
  const reply = (message_id = 0, more = {}) =>
    call('sendMessage', { chat_id: ada.id, text: 'sí', reply_parameters: { message_id, ...more } })
  expect((await reply(question?.message_id)).result.reply_to_message.text).toBe('¿y?')
  expect(await reply(99_999)).toEqual(refusal(400, 'Bad Request: message to be replied not found'))
  expect((await reply(99_999, { allow_sending_without_reply: true })).ok).toBe(true)
})

test('an edit that changes nothing is refused', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const { message_id } = (await call('sendMessage', { chat_id: ada.id, text: 'uno' })).result
  const edit = (text: string, id = message_id) =>
    call('editMessageText', { chat_id: ada.id, message_id: id, text })
  expect(await edit('uno')).toEqual(
    refusal(
      400,
      'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    ),
  )
  expect((await edit('dos')).result).toMatchObject({ message_id, text: 'dos', edit_date: expect.any(Number) })
  expect(ada.replies).toHaveLength(1)
  expect((await ada.waitForReply('dos')).message_id).toBe(message_id)
  expect(await edit('tres', 99_999)).toEqual(refusal(400, 'Bad Request: message to edit not found'))
})

test('editing the keyboard alone keeps the text, and editing the text alone takes the keyboard away', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const reply_markup = { inline_keyboard: [[{ text: 'Ned', callback_data: 'ned' }]] }
  const { message_id } = (await call('sendMessage', { chat_id: ada.id, text: 'uno' })).result
  const at = { chat_id: ada.id, message_id }
  const marked = await call('editMessageReplyMarkup', { ...at, reply_markup })
  expect(marked.result).toMatchObject({ text: 'uno', reply_markup })
  const renamed = await call('editMessageText', { ...at, text: 'dos' })
  expect(renamed.result.reply_markup).toBeUndefined()
})

test('what a person wrote cannot be edited', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  ada.send('mío')
  const message_id = ada.messages[0]?.message_id
  expect(await call('editMessageText', { chat_id: ada.id, message_id, text: 'tuyo' })).toEqual(
    refusal(400, "Bad Request: message can't be edited"),
  )
})

test('a message is deleted once', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const { message_id } = (await call('sendMessage', { chat_id: ada.id, text: 'uno' })).result
  const remove = () => call('deleteMessage', { chat_id: ada.id, message_id })
  expect((await remove()).result).toBe(true)
  expect(ada.messages).toEqual([])
  expect(await remove()).toEqual(refusal(400, 'Bad Request: message to delete not found'))
})

test('the menu of commands is kept by scope and language', async () => {
  const { bot, call } = open()
  const commands = [{ command: 'start', description: 'Saludo' }]
  const english = [{ command: 'start', description: 'Greeting' }]
  await call('setMyCommands', { commands })
  await call('setMyCommands', { commands: english, language_code: 'en', scope: { type: 'default' } })
  expect((await call('getMyCommands')).result).toEqual(commands)
  expect((await call('getMyCommands', { language_code: 'en' })).result).toEqual(english)
  expect(bot.commands).toEqual(commands)
  await call('deleteMyCommands')
  expect((await call('getMyCommands')).result).toEqual([])
  const wrong = await call('setMyCommands', { commands: [{ command: 'Start', description: 'x' }] })
  expect(wrong).toEqual(refusal(400, 'Bad Request: BOT_COMMAND_INVALID'))
})

test('locations, chat actions, logOut and close are accepted', async () => {
  const { bot, call } = open()
  const { id: chat_id } = bot.person()
  const { result } = await call('sendLocation', { chat_id, latitude: -34.6, longitude: -58.4 })
  expect(result.location).toEqual({ latitude: -34.6, longitude: -58.4 })
  expect((await call('sendChatAction', { chat_id, action: 'typing' })).result).toBe(true)
  expect((await call('logOut')).result).toBe(true)
  expect((await call('close')).result).toBe(true)
})
