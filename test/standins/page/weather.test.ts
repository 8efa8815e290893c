import { expect, onTestFinished, test } from 'vitest'
import { startTelegramFor } from '../../support/telegram.ts'
import { createWeather } from './weather.ts'

async function start() {
  const { telegram, token, account } = await startTelegramFor()
  const seen: string[] = []
  const weather = createWeather({ telegram, token, bot: account }, (kind) => seen.push(kind))
  onTestFinished(() => weather.close())
  const call = (method = 'getMe') => fetch(`${telegram.url}/bot${token}/${method}`)
  return { account, weather, seen, call }
}

test.each([
  ['busy', 429],
  ['html', 502],
])('%s is answered with %i, until it is calm again', async (kind, status) => {
  const { weather, seen, call } = await start()
  await weather.change(kind)
  expect([(await call()).status, (await call()).status]).toEqual([status, status])
  await weather.change('calm')
  expect((await call()).status).toBe(200)
  expect(seen).toEqual([kind, 'calm'])
})

test('a poll that is held is answered, so that the bot meets the weather at once', async () => {
  const { account, weather, call } = await start()
  const poll = call('getUpdates?timeout=50')
  await expect.poll(() => account.polled).toBe(true)
  await weather.change('html')
  await expect.poll(() => account.polled).toBe(false) // well before its own time-out
  expect(await (await poll).json()).toEqual({ ok: true, result: [] })
})

test('down is down until the weather changes, a restart is over by itself', async () => {
  const { weather, seen, call } = await start()
  await weather.change('down')
  await expect(call()).rejects.toThrow()
  const restarted = weather.change('restart')
  await expect.poll(() => seen.at(-1)).toBe('restart')
  await expect(call()).rejects.toThrow()
  await restarted
  expect((await call()).status).toBe(200)
  expect(seen).toEqual(['down', 'restart', 'calm'])
})

test('a second poller ends the polls of the first, and takes no update away', async () => {
  const { account, weather, call } = await start()
  await weather.change('poller')
  await expect.poll(() => account.polled).toBe(true)
  const first = call('getUpdates?timeout=50')
  expect((await first).status).toBe(409)
  account.person().send('hola')
  await weather.change('calm')
  expect(account.pending).toBe(1)
})
