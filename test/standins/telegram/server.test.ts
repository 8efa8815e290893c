import { expect, test } from 'vitest'
import { readAnswer } from '../../support/telegram.ts'
import { startTelegram } from './server.ts'

test('every token is a bot of its own', async () => {
  await using telegram = await startTelegram()
  const [one, two] = [telegram.newToken(), telegram.newToken()]
  expect(one).toMatch(/^\d{10}:[\w-]{35}$/)
  telegram.bot(one).person().send('hola')
  expect([telegram.bot(one).pending, telegram.bot(two).pending]).toEqual([1, 0])
  expect(telegram.bot(one)).toBe(telegram.bot(one))
})

test('a fixed latency delays every answer', async () => {
  await using telegram = await startTelegram({ latencyMs: 50 })
  const started = performance.now()
  await readAnswer(fetch(`${telegram.url}/bot${telegram.newToken()}/getMe`))
  expect(performance.now() - started).toBeGreaterThan(45)
})

test('without record nothing is kept', async () => {
  await using telegram = await startTelegram({ record: false })
  const token = telegram.newToken()
  const bot = telegram.bot(token)
  const ada = bot.person()
  ada.send('hola')
  const query = new URLSearchParams({ chat_id: String(ada.id), text: 'hola' })
  expect((await readAnswer(fetch(`${telegram.url}/bot${token}/sendMessage?${query}`))).ok).toBe(true)
  expect([bot.calls, ada.messages, bot.pending]).toEqual([[], [], 1])
})
