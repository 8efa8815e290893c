import { expect, test } from 'vitest'
import { useTelegram } from '../../support/telegram.ts'
import { UPDATE_KINDS } from './updateKinds.ts'

/** Of the second 409: longer than this machine may stand still. */
const PAUSE_MS = 2000
const open = useTelegram({ conflictPauseMs: PAUSE_MS })
const ids = (answer: { result?: { update_id: number }[] }) => answer.result?.map((update) => update.update_id)

test('updates come again until their offset is passed', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const [first = 0, second = 0] = [ada.send('1'), ada.send('2')]
  expect(ids(await call('getUpdates'))).toEqual([first, second])
  expect(ids(await call('getUpdates', { offset: first }))).toEqual([first, second])
  expect(ids(await call('getUpdates', { offset: first + 1 }))).toEqual([second])
  expect(ids(await call('getUpdates'))).toEqual([second])
  expect(bot.pending).toBe(1)
})

test('a negative offset keeps the newest updates and forgets the rest', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const sent = ['1', '2', '3', '4'].map((text) => ada.send(text))
  expect(ids(await call('getUpdates', { offset: -2 }))).toEqual(sent.slice(2))
  expect(bot.pending).toBe(2)
  expect(ids(await call('getUpdates', { offset: -9 }))).toEqual(sent.slice(2))
})

test('limit cuts the answer, and 100 is the most', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  for (let i = 0; i < 101; i++) ada.send(String(i))
  expect((await call('getUpdates', { limit: 3 })).result).toHaveLength(3)
  expect((await call('getUpdates', { limit: 500 })).result).toHaveLength(100)
})

test('a held poll is woken by an update, and gets all that come in the same turn', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const poll = call('getUpdates', { timeout: 50 })
  await expect.poll(() => bot.polled).toBe(true)
  const sent = [ada.send('1'), ada.send('2')]
  expect(ids(await poll)).toEqual(sent)
  expect(bot.polled).toBe(false)
})

test('a held poll ends empty after its timeout in seconds', async () => {
  const { call } = open()
  const started = performance.now()
  expect((await call('getUpdates', { timeout: 1 })).result).toEqual([])
  expect(performance.now() - started).toBeGreaterThan(990)
})

test('the older of two held polls is told 409', async () => {
  const { bot, call } = open()
  const older = call('getUpdates', { timeout: 50 })
  await bot.waitForCall('getUpdates')
  const newer = call('getUpdates', { timeout: 50 })
  expect(await older).toEqual({
    status: 409,
    ok: false,
    error_code: 409,
    description:
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  })
  const sent = bot.person().send('hola')
  expect(ids(await newer)).toEqual([sent])
})

test('a second 409 is delayed', async () => {
  const { bot, call } = open()
  const first = call('getUpdates', { timeout: 50 })
  await bot.waitForCall('getUpdates')
  const second = call('getUpdates', { timeout: 50 })
  expect((await first).status).toBe(409)
  const started = performance.now()
  const third = call('getUpdates', { timeout: 50 })
  expect((await second).status).toBe(409)
  expect(performance.now() - started).toBeGreaterThan(PAUSE_MS - 100)
  bot.person().send('hola')
  expect((await third).status).toBe(200)
})

test('a poll whose caller went away takes no update with it', async () => {
  const { bot, token, telegram, call } = open()
  const leaving = new AbortController()
  const gone = fetch(`${telegram.url}/bot${token}/getUpdates?timeout=50`, { signal: leaving.signal })
  await expect.poll(() => bot.polled).toBe(true)
  leaving.abort()
  await expect(gone).rejects.toThrow()
  await expect.poll(() => bot.polled).toBe(false)
  const sent = bot.person().send('hola')
  expect(ids(await call('getUpdates'))).toEqual([sent])
})

test('allowed_updates keeps later updates of other types away, and is remembered', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  await call('getUpdates', { allowed_updates: ['callback_query'] })
  expect(ada.send('hola')).toBe(0)
  const pressed = ada.pressData(1, 'tv')
  expect(ids(await call('getUpdates'))).toEqual([pressed])
  await call('getUpdates', { allowed_updates: [] })
  expect(ada.send('hola')).toBeGreaterThan(pressed)
})

test('a kind that was not asked for is not handed out, whether Telegram knows it or not', async () => {
  const { bot, call } = open()
  await call('getUpdates', { allowed_updates: ['message'] })
  for (const kind of ['guest_message', 'business_message', 'subscription', 'unheard_of']) {
    expect(bot.push({ [kind]: {} }), kind).toBe(0)
  }
  expect((await call('getUpdates')).result).toEqual([])
  await call('getUpdates', { allowed_updates: ['guest_message'] })
  expect(bot.push({ guest_message: {} })).toBeGreaterThan(0)
})

test('by default every kind comes but three, and an empty list or one without a known kind means the default', async () => {
  const { bot, call } = open()
  const kept = () => UPDATE_KINDS.filter((kind) => bot.push({ [kind]: {} }) === 0)
  const onDemand = ['chat_member', 'message_reaction', 'message_reaction_count']
  expect(kept()).toEqual(onDemand)
  await call('getUpdates', { allowed_updates: ['message'] })
  expect(kept()).toHaveLength(UPDATE_KINDS.length - 1)
  await call('getUpdates', { allowed_updates: [] })
  expect(kept()).toEqual(onDemand)
  await call('getUpdates', { allowed_updates: onDemand })
  await call('getUpdates', { allowed_updates: ['unheard_of'] })
  expect(kept()).toEqual(onDemand)
})

test('a malformed update goes out as it is, and once if no offset can confirm it', async () => {
  const { bot, call } = open()
  await call('getUpdates', { allowed_updates: ['message'] })
  const malformed = [{ update_id: 'seven', message: null }, { update_id: 7 }, {}]
  for (const update of malformed) bot.push(update)
  expect((await call('getUpdates')).result).toMatchObject(malformed)
  expect((await call('getUpdates')).result).toMatchObject(malformed.slice(2))
})
