import { expect, test } from 'vitest'
import { readAnswer, useTelegram } from '../../support/telegram.ts'
import type { Fault } from './faults.ts'

const open = useTelegram()

test.each<[number, Fault]>([
  [400, { description: 'Bad Request: group chat was upgraded', migrate_to_chat_id: -100 }],
  [429, { description: 'Too Many Requests: retry after 7', retry_after: 7 }],
  [500, { description: 'Internal Server Error' }],
])('an error %i is answered as Telegram does, as often as it was asked for', async (status, fault) => {
  const { bot, call } = open()
  bot.fault({ ...fault, method: 'getMe', status, times: 2 })
  const { description, ...parameters } = fault
  for (let i = 0; i < 2; i++) {
    const answer = await call('getMe')
    expect(answer).toEqual({
      status,
      ok: false,
      error_code: status,
      description,
      ...(status !== 500 && { parameters }),
    })
  }
  expect((await call('getMe')).ok).toBe(true)
  expect(bot.calls.map((made) => made.status)).toEqual([status, status, 200])
})

test('a page of HTML comes from a proxy', async () => {
  const { telegram, token, bot } = open()
  bot.fault({ html: 502 })
  const response = await fetch(`${telegram.url}/bot${token}/getMe`)
  expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html'])
  expect(await response.text()).toContain('<html>')
})

test.each<[string, Fault, RegExp]>([
  ['a reset', { reset: true }, /ECONNRESET/],
  ['a cut body', { cutBody: true }, /terminated|other side closed/],
  ['a body that is not JSON', { invalidJson: true }, /JSON/],
])('%s ends the call', async (_, fault, reason) => {
  const { bot, call } = open()
  bot.fault(fault)
  const error = await call('getMe').catch((error: unknown) => error)
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } }
  expect(`${message} ${cause?.code} ${cause?.message}`).toMatch(reason)
  expect((await call('getMe')).ok).toBe(true)
})

test('a call that hangs is never answered', async () => {
  const { telegram, token, bot } = open()
  bot.fault({ hang: true })
  const leaving = new AbortController()
  const call = fetch(`${telegram.url}/bot${token}/getMe`, { signal: leaving.signal })
  await bot.waitForCall('getMe')
  setTimeout(() => leaving.abort(), 100)
  await expect(call).rejects.toThrow('aborted')
  expect(bot.calls).toMatchObject([{ method: 'getMe', status: 0 }])
})

test('latency delays the answer, and goes together with an error', async () => {
  const { bot, call } = open()
  bot.fault({ latencyMs: 100 })
  bot.fault({ latencyMs: 100, status: 500 })
  for (const status of [200, 500]) {
    const started = performance.now()
    expect((await call('getMe')).status).toBe(status)
    expect(performance.now() - started).toBeGreaterThan(95)
  }
})

test('a fault comes before the effect, or after it where a test says so', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const send = (text: string) => call('sendMessage', { chat_id: ada.id, text })
  bot.fault({ method: 'sendMessage', reset: true })
  await expect(send('antes')).rejects.toThrow()
  bot.fault({ method: 'sendMessage', reset: true, effect: true })
  await expect(send('después')).rejects.toThrow()
  expect(ada.replies.map(({ text }) => text)).toEqual(['después'])
})

test('a fault may be narrowed to some calls, and be cleared', async () => {
  const { bot, call } = open()
  bot.fault({ status: 500, times: Number.POSITIVE_INFINITY, matches: ({ text }) => text === 'mal' })
  const [ada] = [bot.person()]
  const send = async (text: string) => (await call('sendMessage', { chat_id: ada.id, text })).status
  expect([await send('mal'), await send('bien'), await send('mal')]).toEqual([500, 200, 500])
  bot.clearFaults()
  expect(await send('mal')).toBe(200)
})

test('offline, nobody answers; back online, what was queued is still there', async () => {
  const { telegram, bot, token, call } = open()
  const held = fetch(`${telegram.url}/bot${token}/getUpdates?timeout=50`)
  await expect.poll(() => bot.polled).toBe(true)
  const cut = expect(held).rejects.toThrow()
  await telegram.goOffline()
  await cut
  bot.person().send('hola')
  await expect(readAnswer(fetch(`${telegram.url}/bot${token}/getMe`))).rejects.toThrow()
  await telegram.goOnline()
  expect((await call('getUpdates')).result).toHaveLength(1)
})
