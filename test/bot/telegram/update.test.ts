import type { Update } from 'telegraf/types'
import { expect, test } from 'vitest'
import { KINDS, type Kind } from '../../../bot/features/botApi.ts'
import type { Feature } from '../../../bot/features/feature.ts'
import { allowedUpdates, isUpdate, kindOf, subjectOf, textOf } from '../../../bot/telegram/update.ts'
import { SAMPLES, sample } from './samples.ts'

const update = (content: object) => ({ update_id: 5, ...content }) as Update

test('all 27 kinds are known, and each has a sample', () => {
  expect(KINDS).toHaveLength(27)
  expect(new Set(Object.keys(SAMPLES))).toEqual(new Set(KINDS))
})

test.for(KINDS)('%s: kind, chat and person are found wherever it has them', (kind) => {
  const { content: _, ...found } = SAMPLES[kind]
  expect(subjectOf(sample(kind))).toEqual({ update_id: 5, kind, ...found })
})

test('a press on a message that is gone, or that was shared inline, has what there is', () => {
  const press = { id: 'c', from: { id: 2 }, chat_instance: '1' }
  const gone = { ...press, message: { chat: { id: 1 }, message_id: 3, date: 0 } }
  const inline = { ...press, inline_message_id: 'i' }
  const subject = { update_id: 5, user_id: 2, kind: 'callback_query' }
  expect(subjectOf(update({ callback_query: gone }))).toEqual({ ...subject, chat_id: 1 })
  expect(subjectOf(update({ callback_query: inline }))).toEqual(subject)
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
    { chat_boost: { chat: {}, boost: { source: null } } },
    { unheard_of: { chat: null } },
  ])
    expect(subjectOf(update(content))).toEqual({ update_id: 5, kind: kindOf(update(content)) })
})

test('a kind of a later release is other, and its chat and person are found where they usually are', () => {
  const later = update({ unheard_of: { chat: { id: 1 }, from: { id: 2 } } })
  expect(subjectOf(later)).toEqual({ update_id: 5, chat_id: 1, user_id: 2, kind: 'other' })
})

test('an update is an object with an id of Telegram', () => {
  expect([1, 2 ** 31 - 1].map((update_id) => isUpdate({ update_id }))).toEqual([true, true])
  for (const value of [null, undefined, 5, 'x', [], {}]) expect(isUpdate(value)).toBe(false)
  for (const update_id of [0, -1, 0.5, 2 ** 31, Number.NaN, '1', null])
    expect(isUpdate({ update_id })).toBe(false)
})

test('the text is what the person wrote, under a picture too, asked for inline, or pressed', () => {
  expect(textOf(update({ message: { text: 'a' } }))).toBe('a')
  expect(textOf(update({ message: { caption: 'b' } }))).toBe('b')
  expect(textOf(update({ callback_query: { data: 'c' } }))).toBe('c')
  expect(textOf(sample('inline_query'))).toBe('hola')
  expect(textOf(sample('guest_message'))).toBe('@bitacora_bot hola')
  expect(textOf(update({ message: null }))).toBeUndefined()
  expect(textOf(update({ message: { text: { not: 'a text' }, caption: 'd' } }))).toBe('d')
})

test('the bot asks for what its features declare, once each; for messages where they declare nothing', () => {
  const feature = (...kinds: Kind[]): Feature => ({ name: 'x', kinds, handlers: () => {} })
  const silent: Feature = { name: 'silent', handlers: () => {} }
  expect(allowedUpdates([feature('poll', 'inline_query'), feature('inline_query'), silent])).toEqual([
    'message',
    'inline_query',
    'poll',
  ])
  expect(allowedUpdates([feature('guest_message')])).toEqual(['guest_message'])
})
