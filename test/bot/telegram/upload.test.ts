import { Readable } from 'node:stream'
import { inspect } from 'node:util'
import { Input, TelegramError } from 'telegraf'
import { expect, test } from 'vitest'
import { filesOf } from '../../../bot/telegram/upload.ts'
import { startCalling } from './calling.ts'

const document = Input.fromBuffer(Buffer.from('bytes'), 'a.txt')

test('a file arrives with its words, and is counted like any other call', async () => {
  const { api, ana, counted } = await startCalling()
  await api.call('sendDocument', { chat_id: ana.id, document, caption: 'mirá' })
  expect(ana.replies).toMatchObject([{ caption: 'mirá', document: { file_name: 'a.txt', file_size: 5 } }])
  expect(counted()).toEqual(['sendDocument 200'])
})

test('what the file answers and the buttons below it arrive, too', async () => {
  const { api, ana, say } = await startCalling()
  const { message_id } = await say()
  const inline_keyboard = [[{ text: 'Sí', callback_data: 'si' }]]
  const extra = { reply_parameters: { message_id }, reply_markup: { inline_keyboard } }
  await api.call('sendDocument', { chat_id: ana.id, document, ...extra })
  expect(ana.replies[1]).toMatchObject({
    reply_to_message: { message_id },
    reply_markup: { inline_keyboard },
  })
})

test('a refused file is told without the payload', async () => {
  const { api, ana, counted } = await startCalling()
  ana.block()
  const call = api.call('sendDocument', { chat_id: ana.id, document, caption: 'palabras' })
  const error = await call.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(TelegramError)
  expect(error).toMatchObject({ code: 403, on: { method: 'sendDocument', payload: {} } })
  expect(counted()).toEqual(['sendDocument 403'])
})

test('a file has a deadline', async () => {
  const { api, account, ana, counted } = await startCalling()
  account.fault({ hang: true })
  const call = api.call('sendDocument', { chat_id: ana.id, document }, { deadlineMs: 100 })
  await expect(call).rejects.toMatchObject({ name: 'Unreachable', code: 'DEADLINE' })
  expect(counted()).toEqual(['sendDocument DEADLINE'])
})

test.for([
  ['a 429', { status: 429, retry_after: 1 }],
  ['a reset', { reset: true }],
  ['a page of HTML', { html: 502 }],
] as const)('a file is sent in one try: %s is final', async ([, fault]) => {
  const { api, account, ana, clock } = await startCalling()
  account.fault({ ...fault, times: 9 })
  const source = Readable.from(['bytes'])
  await expect(api.call('sendDocument', { chat_id: ana.id, document: { source } })).rejects.toThrow()
  expect(account.calls).toHaveLength(1)
  expect(clock.sleeps).toEqual([])
})

test.for([
  ['a page of HTML', { html: 404 }],
  ['a reset', { reset: true }],
] as const)('the token that the client puts into its error of %s is gone', async ([, fault]) => {
  const { api, account, ana, token } = await startCalling()
  account.fault(fault)
  const error = await api.call('sendDocument', { chat_id: ana.id, document }).catch((reason) => reason)
  expect(error).toMatchObject({ name: 'Unreachable', method: 'sendDocument' })
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(token.split(':')[1])
})

test('a file that cannot be read is no fault of Telegram', async () => {
  const { api, ana, counted } = await startCalling()
  const call = api.call('sendDocument', { chat_id: ana.id, document: { source: '/nowhere/a.txt' } })
  await expect(call).rejects.toMatchObject({ code: 'ENOENT' })
  expect(counted()).toEqual(['sendDocument FILE'])
})

test.for<[string, object, boolean]>([
  ['a file', { photo: { source: 'a.jpg' } }, true],
  ['a file to fetch', { photo: { url: 'https://example.org/a.jpg' } }, true],
  ['an edited medium', { media: { type: 'photo', media: { source: 'a.jpg' } } }, true],
  ['an album', { media: [{ media: 'file-id' }, { media: { source: 'a.jpg' } }] }, true],
  ['a file of earlier', { photo: 'file-id' }, false],
  ['an album of earlier', { media: [{ media: 'file-id' }] }, false],
  ['a link to preview', { text: 'a', link_preview_options: { url: 'https://example.org' } }, false],
  ['a webhook', { url: 'https://example.org' }, false],
  ['a menu', { commands: [{ command: 'a', description: 'b' }], scope: null }, false],
])('%s is told from words', ([, payload, expected]) => {
  expect(filesOf(payload).length > 0).toBe(expected)
})
