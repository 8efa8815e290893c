import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { readAnswer, useTelegram } from '../../support/telegram.ts'

const open = useTelegram()
const keyboard = { inline_keyboard: [[{ text: 'Ñandú 😀', callback_data: 'ñ' }]] }

/** The same message in every way that the Bot API takes parameters. */
const WAYS: Record<string, (url: string, fields: Record<string, string>) => Promise<Response>> = {
  'a GET with a query string': (url, fields) => fetch(`${url}?${new URLSearchParams(fields)}`),
  'a POST with a query string': (url, fields) =>
    fetch(`${url}?${new URLSearchParams(fields)}`, { method: 'POST' }),
  'a form': (url, fields) => fetch(url, { method: 'POST', body: new URLSearchParams(fields) }),
  'a multipart form': (url, fields) => {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.set(name, value)
    return fetch(url, { method: 'POST', body })
  },
}

test.each(Object.keys(WAYS))('%s carries the parameters', async (way) => {
  const { telegram, token, bot } = open()
  const ada = bot.person()
  const fields = { chat_id: String(ada.id), text: 'Ñandú 😀', reply_markup: JSON.stringify(keyboard) }
  const answer = await readAnswer(
    WAYS[way]?.(`${telegram.url}/bot${token}/sendMessage`, fields) as Promise<Response>,
  )
  expect(answer.result).toMatchObject({ chat: { id: ada.id }, text: 'Ñandú 😀', reply_markup: keyboard })
})

test('JSON that cannot be read is 400', async () => {
  const { telegram, token } = open()
  const post = (body: string) =>
    readAnswer(
      fetch(`${telegram.url}/bot${token}/getMe`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      }),
    )
  expect(await post('{"a":')).toMatchObject({
    status: 400,
    description: "Bad Request: can't parse JSON object",
  })
  expect(await post('null')).toMatchObject({ status: 400, description: 'Bad Request: JSON object expected' })
})

test('parameters of a wrong kind leave the server standing', async () => {
  const { bot, call } = open()
  const { id: chat_id } = bot.person()
  const wrong = [
    { entities: 7 },
    { reply_markup: 'x' },
    { reply_parameters: [] },
    { text: {} },
    { chat_id: {} },
  ]
  for (const payload of wrong) await call('sendMessage', { chat_id, text: '/a', ...payload })
  await call('setMyCommands', { commands: [null] })
  expect((await call('getMe')).ok).toBe(true)
})

test('a character that is cut in two by TCP arrives whole', async () => {
  const { telegram, token, bot } = open()
  const ada = bot.person()
  const body = Buffer.from(JSON.stringify({ chat_id: ada.id, text: 'añ' }))
  const cut = body.indexOf('ñ') + 1
  const socket = connect(Number(new URL(telegram.url).port), '127.0.0.1')
  socket.setNoDelay(true)
  socket.write(
    `POST /bot${token}/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  socket.write(body.subarray(0, cut))
  setTimeout(() => socket.end(body.subarray(cut)), 20)
  expect((await ada.waitForReply()).text).toBe('añ')
})

test('a document is uploaded, sent again by its file_id, and downloaded', async () => {
  const { telegram, token, bot, call } = open()
  const ada = bot.person()
  const body = new FormData()
  body.set('chat_id', String(ada.id))
  body.set('caption', 'la lista')
  body.set('document', new Blob(['uno\ndos\n'], { type: 'text/plain' }), 'lista.txt')
  const sent = await readAnswer(fetch(`${telegram.url}/bot${token}/sendDocument`, { method: 'POST', body }))
  const { document } = sent.result
  expect(sent.result.caption).toBe('la lista')
  expect(document).toMatchObject({ file_name: 'lista.txt', mime_type: 'text/plain', file_size: 8 })

  const again = await call('sendDocument', { chat_id: ada.id, document: document.file_id })
  expect(again.result.document).toEqual(document)
  const { file_path } = (await call('getFile', { file_id: document.file_id })).result
  const download = await fetch(`${telegram.url}/file/bot${token}/${file_path}`)
  expect(await download.text()).toBe('uno\ndos\n')
})

test('a photo may come as attach://, and must come somehow', async () => {
  const { telegram, token, bot, call } = open()
  const ada = bot.person()
  const body = new FormData()
  body.set('chat_id', String(ada.id))
  body.set('photo', 'attach://picture')
  body.set('picture', new Blob([new Uint8Array(10)]), 'a.png')
  const sent = await readAnswer(fetch(`${telegram.url}/bot${token}/sendPhoto`, { method: 'POST', body }))
  expect(sent.result.photo).toMatchObject([{ file_size: 10 }])
  expect((await call('sendPhoto', { chat_id: ada.id })).description).toBe(
    'Bad Request: there is no photo in the request',
  )
})
