import { expect, test } from 'vitest'
import { type Client, useTelegram } from '../../support/telegram.ts'

const open = useTelegram()
const badRequest = (description: string) => ({
  ok: false,
  error_code: 400,
  description: `Bad Request: ${description}`,
})
const newest = async ({ call }: Client) => (await call('getUpdates')).result.at(-1)

test('a topic of a forum gets the answers that name it, and General those that name none', async () => {
  const client = open()
  const { bot, call } = client
  const ada = bot.person()
  const forum = bot.group('Puerto', [ada], { is_forum: true })
  const topic = forum.createTopic(ada, 'Mareas')
  expect((await newest(client)).message).toMatchObject({
    chat: { is_forum: true },
    message_thread_id: topic.threadId,
    is_topic_message: true,
    forum_topic_created: { name: 'Mareas' },
  })
  topic.as(ada).send('¿a qué hora?')
  const place = { message_thread_id: topic.threadId, is_topic_message: true }
  expect((await newest(client)).message).toMatchObject({ text: '¿a qué hora?', ...place })

  const send = (more = {}) => call('sendMessage', { chat_id: forum.id, text: 'a las 6', ...more })
  expect((await send({ message_thread_id: topic.threadId })).result).toMatchObject(place)
  expect((await send()).result).not.toHaveProperty('message_thread_id')
  expect((await topic.waitForReply('a las 6')).message_thread_id).toBe(topic.threadId)
  expect(topic.replies).toHaveLength(1)
  expect(forum.replies).toHaveLength(2)
  for (const message_thread_id of [1, 99_999]) {
    expect(await send({ message_thread_id })).toMatchObject(badRequest('message thread not found'))
  }
  const typing = { chat_id: forum.id, action: 'typing' }
  expect((await call('sendChatAction', { ...typing, message_thread_id: 1 })).ok).toBe(true)
  expect((await call('sendChatAction', { ...typing, message_thread_id: 9 })).ok).toBe(false)
})

test('a private chat has topics, too', async () => {
  const client = open()
  const { bot, call } = client
  const ada = bot.person()
  const topic = ada.createTopic('Viaje')
  topic.as(ada).sendVoice()
  expect((await newest(client)).message).toMatchObject({
    chat: { id: ada.id, type: 'private' },
    message_thread_id: topic.threadId,
    is_topic_message: true,
    voice: { duration: 4 },
  })
  await call('sendMessage', { chat_id: ada.id, text: 'aquí', message_thread_id: topic.threadId })
  await topic.waitForReply('aquí')
})

test('the direct messages of a channel want to know whose topic', async () => {
  const client = open()
  const { bot, call } = client
  const [ada, bob] = [bot.person(), bot.person({ first_name: 'Bob' })]
  const direct = bot.group('Faro', [ada, bob], { is_direct_messages: true })
  direct.send(bob, 'hola')
  expect((await newest(client)).message).toMatchObject({
    chat: { is_direct_messages: true },
    direct_messages_topic: { topic_id: bob.id, user: { first_name: 'Bob' } },
  })
  const send = (more = {}) => call('sendMessage', { chat_id: direct.id, text: 'buenas', ...more })
  expect(await send()).toMatchObject(badRequest('direct messages topic must be specified'))
  expect(await send({ direct_messages_topic_id: 7 })).toMatchObject(
    badRequest('direct messages topic not found'),
  )
  expect((await send({ direct_messages_topic_id: bob.id })).result).toMatchObject({
    direct_messages_topic: { topic_id: bob.id },
  })
  const elsewhere = { chat_id: ada.id, text: 'buenas', direct_messages_topic_id: bob.id }
  expect((await call('sendMessage', elsewhere)).ok).toBe(false)
})

test('a command that was declared ephemeral is seen by its sender and the bot alone, and so is its answer', async () => {
  const client = open()
  const { bot, call } = client
  const [ada, bob] = [bot.person(), bot.person()]
  const group = bot.group('Casa', [ada, bob])
  await call('setMyCommands', { commands: [{ command: 'saldo', description: 'Saldo', is_ephemeral: true }] })
  expect((await call('getMyCommands')).result[0].is_ephemeral).toBe(true)
  group.send(ada, '/saldo@bitacora_bot')
  const { message } = await newest(client)
  expect(message).toMatchObject({
    message_id: 0,
    ephemeral_message_id: expect.any(Number),
    text: '/saldo@bitacora_bot',
  })

  const answer = {
    chat_id: group.id,
    text: '7 pesos',
    ephemeral_message_parameters: { receiver_user_id: ada.id },
  }
  const reply_parameters = { ephemeral_message_id: message.ephemeral_message_id }
  const { result } = await call('sendMessage', { ...answer, reply_parameters })
  expect(result).toMatchObject({
    message_id: 0,
    receiver_user: { id: ada.id },
    ephemeral_message_id: expect.any(Number),
  })
  await group.seenBy(ada).waitForReply('7 pesos')
  expect(group.seenBy(ada).messages).toHaveLength(2)
  expect(group.seenBy(bob).messages).toEqual([])

  const aloud = { chat_id: group.id, text: '7 pesos', reply_parameters }
  expect(await call('sendMessage', aloud)).toMatchObject(badRequest('message to be replied not found'))
  const toNobody = { ...answer, ephemeral_message_parameters: { receiver_user_id: 7 } }
  expect((await call('sendMessage', toNobody)).error_code).toBe(400)
  expect(await call('sendMessage', { ...answer, chat_id: ada.id })).toMatchObject(badRequest('BOT_NOT_ADMIN'))
})

test('an ephemeral message is edited and deleted by its reader and its number', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const group = bot.group('Casa', [ada])
  const ephemeral_message_parameters = { receiver_user_id: ada.id }
  const send = { chat_id: group.id, text: 'uno', ephemeral_message_parameters }
  const { ephemeral_message_id } = (await call('sendMessage', send)).result
  const at = { chat_id: group.id, receiver_user_id: ada.id, ephemeral_message_id }
  expect((await call('editEphemeralMessageText', { ...at, text: 'dos' })).result).toBe(true)
  await group.waitForReply('dos')
  const reply_markup = { inline_keyboard: [[{ text: 'Ned', callback_data: 'ned' }]] }
  expect((await call('editEphemeralMessageReplyMarkup', { ...at, reply_markup })).result).toBe(true)
  expect((await call('deleteEphemeralMessage', { ...at, receiver_user_id: 7 })).ok).toBe(false)
  expect((await call('deleteEphemeralMessage', at)).result).toBe(true)
  expect(group.messages).toEqual([])
})

test('a business account lets the bot answer its customers, until it is disconnected', async () => {
  const client = open()
  const { bot, call } = client
  const [owner, customer] = [bot.person(), bot.person({ first_name: 'Bob' })]
  const business = bot.connectBusiness(owner)
  const business_connection_id = business.connectionId
  expect((await newest(client)).business_connection).toMatchObject({
    id: business_connection_id,
    user: { id: owner.id },
    is_enabled: true,
  })
  const chat = business.chatWith(customer)
  chat.send('¿abren hoy?')
  expect((await newest(client)).business_message).toMatchObject({
    business_connection_id,
    from: { id: customer.id },
  })
  const send = { chat_id: customer.id, text: 'sí', business_connection_id }
  expect((await call('sendMessage', send)).result).toMatchObject({ business_connection_id })
  await chat.waitForReply('sí')
  expect(customer.replies).toEqual([])
  business.disconnect()
  expect(await call('sendMessage', send)).toMatchObject(badRequest('business connection not found'))
  expect((await newest(client)).business_connection.is_enabled).toBe(false)
})

test('a bot that is summoned as a guest answers the query, once, and hears of presses without a message', async () => {
  const client = open()
  const { bot, call } = client
  const ada = bot.person({ first_name: 'Ada' })
  const family = bot.guestChat('Familia', [ada])
  family.summon(ada, '@bitacora_bot ¿qué hora es?')
  const { guest_message } = await newest(client)
  expect(guest_message).toMatchObject({
    text: '@bitacora_bot ¿qué hora es?',
    guest_query_id: expect.any(String),
  })
  expect(await call('sendMessage', { chat_id: family.id, text: 'las 5' })).toMatchObject(
    badRequest('chat not found'),
  )

  const reply_markup = { inline_keyboard: [[{ text: 'otra vez', callback_data: 'time' }]] }
  const input_message_content = { message_text: 'las 5' }
  const article = { type: 'article', id: '1', title: 'hora', input_message_content, reply_markup }
  const answer = (result: object) =>
    call('answerGuestQuery', { guest_query_id: guest_message.guest_query_id, result })
  expect((await answer({ ...article, input_message_content: undefined })).error_code).toBe(400)
  const { inline_message_id } = (await answer(article)).result
  expect(await family.waitForReply('las 5')).toMatchObject({ guest_bot_caller_user: { first_name: 'Ada' } })
  expect((await answer(article)).error_code).toBe(400)

  family.press(ada, 'otra vez')
  const { callback_query } = await newest(client)
  expect(callback_query).toMatchObject({ inline_message_id, data: 'time' })
  expect(callback_query).not.toHaveProperty('message')
  expect((await call('editMessageText', { inline_message_id, text: 'las 6' })).result).toBe(true)
  await family.waitForReply('las 6')
  expect(await call('editMessageText', { inline_message_id: 'x', text: '7' })).toMatchObject(
    badRequest('MESSAGE_ID_INVALID'),
  )
})

test('a group that became a supergroup says so to calls that name the old one', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const group = bot.group('Casa', [ada], { type: 'group' })
  const supergroup = group.upgrade()
  const { result } = await call('getUpdates')
  expect(result.map(({ message }: { message: object }) => message)).toMatchObject([
    { chat: { id: group.id, type: 'group' }, migrate_to_chat_id: supergroup.id },
    { chat: { id: supergroup.id, type: 'supergroup' }, migrate_from_chat_id: group.id },
  ])
  expect(await call('sendMessage', { chat_id: group.id, text: 'hola' })).toEqual({
    status: 400,
    ...badRequest('group chat was upgraded to a supergroup chat'),
    parameters: { migrate_to_chat_id: supergroup.id },
  })
  expect((await call('sendMessage', { chat_id: supergroup.id, text: 'hola' })).ok).toBe(true)
})

test('a draft is shown until the bot sends its message', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const draft = (more = {}) =>
    call('sendMessageDraft', { chat_id: ada.id, draft_id: 7, text: 'La ho', ...more })
  expect((await draft()).result).toBe(true)
  expect(ada.draft).toMatchObject({ draft_id: 7, text: 'La ho' })
  expect((await draft({ text: '' })).result).toBe(true)
  expect(await draft({ draft_id: 0 })).toMatchObject(badRequest('RANDOM_ID_INVALID'))
  expect(await draft({ text: 'x'.repeat(4097) })).toMatchObject(badRequest('message is too long'))
  const group = bot.group('Casa', [ada])
  expect(await draft({ chat_id: group.id })).toMatchObject(badRequest('TEXTDRAFT_PEER_INVALID'))
  await call('sendMessage', { chat_id: ada.id, text: 'La hora es 5' })
  expect(ada.draft).toBeUndefined()
  expect(ada.messages).toHaveLength(1)
})

test('a draft that may be stopped is stopped once', async () => {
  const client = open()
  const { bot, call } = client
  const ada = bot.person()
  await call('sendMessageDraft', { chat_id: ada.id, draft_id: 7, text: 'La ho' })
  expect(() => ada.stopDraft()).toThrow('no draft that may be stopped')
  await call('sendMessageDraft', {
    chat_id: ada.id,
    draft_id: 7,
    text: 'La ho',
    can_stop: true,
    keep_on_stop: true,
  })
  ada.stopDraft()
  expect((await newest(client)).stopped_message_generation).toMatchObject({
    chat: { id: ada.id },
    draft_id: '7',
  })
  expect(ada.draft?.text).toBe('La ho')
  expect(() => ada.stopDraft()).toThrow('no draft that may be stopped')
})
