import type { Update } from 'telegraf/types'
import { expect, test } from 'vitest'
import { contentOf, isUpdate, kindOf, subjectOf } from '../../../bot/telegram/update.ts'

const update = (content: object) => ({ update_id: 5, ...content }) as Update

test('the subject of a message and of a press are the chat and the person', () => {
  const [chat, from] = [{ id: 1 }, { id: 2 }]
  const subject = { update_id: 5, chat_id: 1, user_id: 2 }
  expect(subjectOf(update({ message: { chat, from } }))).toEqual(subject)
  expect(subjectOf(update({ callback_query: { from, message: { chat } } }))).toEqual(subject)
  expect(subjectOf(update({ my_chat_member: { chat, from } }))).toEqual(subject)
})

test('what is missing or of a wrong type has no place in the subject', () => {
  for (const content of [
    {},
    { message: null },
    { message: 'hola' },
    { message: [] },
    { message: { chat: null, from: 7 } },
    { message: { chat: { id: '1' }, from: { id: 1e300 } } },
    { callback_query: { message: 'gone', from: { id: null } } },
  ])
    expect(subjectOf(update(content))).toEqual({ update_id: 5 })
})

test('an update is an object with an id of Telegram', () => {
  expect([1, 2 ** 31 - 1].map((update_id) => isUpdate({ update_id }))).toEqual([true, true])
  for (const value of [null, undefined, 5, 'x', [], {}]) expect(isUpdate(value)).toBe(false)
  for (const update_id of [0, -1, 0.5, 2 ** 31, Number.NaN, '1', null])
    expect(isUpdate({ update_id })).toBe(false)
})

test('kinds are those that the bot asks for, and one for all others', () => {
  const kinds = [{ message: {} }, { callback_query: {} }, { poll: {} }, {}].map((it) => kindOf(update(it)))
  expect(kinds).toEqual(['message', 'callback_query', 'other', 'other'])
})

test('the content is what the person wrote, under a picture too, or pressed', () => {
  expect(contentOf(update({ message: { text: 'a' } }))).toEqual({ text: 'a' })
  expect(contentOf(update({ message: { caption: 'b' } }))).toEqual({ text: 'b' })
  expect(contentOf(update({ callback_query: { data: 'c' } }))).toEqual({ text: 'c' })
  expect(contentOf(update({ message: null }))).toEqual({ text: undefined })
})
