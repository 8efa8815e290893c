import { expect, test } from 'vitest'
import { useTelegram } from '../../support/telegram.ts'

const open = useTelegram()

test('an album is one message a photo, held together by media_group_id, with one caption', async () => {
  const { bot, call } = open()
  const ids = bot.person().sendAlbum(3, 'el puerto')
  const { result } = await call('getUpdates')
  expect(result.map(({ update_id }: { update_id: number }) => update_id)).toEqual(ids)
  const messages = result.map(
    ({ message }: { message: { media_group_id: string; caption?: string } }) => message,
  )
  expect(new Set(messages.map(({ media_group_id }: { media_group_id: string }) => media_group_id)).size).toBe(
    1,
  )
  expect(messages).toMatchObject([{ caption: 'el puerto', photo: [{}, {}] }, { photo: [{}, {}] }, {}])
  expect(messages[1]).not.toHaveProperty('caption')
})

test('stickers, voice notes and contacts have the fields that bots look at', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  ada.sendSticker()
  ada.sendVoice()
  ada.sendContact()
  expect((await call('getUpdates')).result).toMatchObject([
    { message: { sticker: { type: 'regular', emoji: expect.any(String), is_animated: false } } },
    { message: { voice: { duration: 4, mime_type: 'audio/ogg' } } },
    { message: { contact: { phone_number: expect.any(String), first_name: expect.any(String) } } },
  ])
})

test('a pin is a service message with the message that was pinned', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  ada.send('la llave')
  const message_id = ada.messages[0]?.message_id ?? 0
  ada.pin(message_id)
  const { message } = (await call('getUpdates')).result[1]
  expect(message.pinned_message).toMatchObject({ message_id, text: 'la llave' })
  expect(message).not.toHaveProperty('text')
  expect(() => ada.pin(99_999)).toThrow('no message 99999')
})

test('a message may be of a kind that the stand-in never heard of', async () => {
  const { bot, call } = open()
  bot.person().sendContent({ gift_of_next_year: { star_count: 15 } })
  expect((await call('getUpdates')).result[0].message.gift_of_next_year).toEqual({ star_count: 15 })
})

test('an inline query is answered once, with results that can be told apart', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  ada.inlineQuery('hora')
  const { inline_query } = (await call('getUpdates')).result[0]
  expect(inline_query).toMatchObject({ from: { id: ada.id }, query: 'hora', offset: '' })
  const result = (id: string) => ({
    type: 'article',
    id,
    title: 'x',
    input_message_content: { message_text: 'x' },
  })
  const answer = async (...results: object[]) =>
    (await call('answerInlineQuery', { inline_query_id: inline_query.id, results })).description
  expect(await answer(result('1'), result('1'))).toBe('Bad Request: RESULT_ID_DUPLICATE')
  expect(await answer(result('1'), result('2'))).toBeUndefined()
  expect(await answer(result('1'))).toMatch('query is too old')
})

test('a press on an inline message names the message and no chat', async () => {
  const { bot, call } = open()
  bot.person().pressInline('inline-1', 'tv:jon')
  const { callback_query } = (await call('getUpdates')).result[0]
  expect(callback_query).toMatchObject({ inline_message_id: 'inline-1', data: 'tv:jon' })
  expect(callback_query).not.toHaveProperty('message')
  expect((await call('answerCallbackQuery', { callback_query_id: callback_query.id })).ok).toBe(true)
})
