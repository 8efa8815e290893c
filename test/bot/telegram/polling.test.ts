import type { Update } from 'telegraf/types'
import { expect, onTestFinished, test } from 'vitest'
import { type Clock, systemClock } from '../../../bot/clock.ts'
import { EXIT } from '../../../bot/fatal.ts'
import { createApi } from '../../../bot/telegram/api.ts'
import { createPolling } from '../../../bot/telegram/polling.ts'
import { createReceiver } from '../../../bot/telegram/receiver.ts'
import type { Telegram } from '../../standins/telegram/server.ts'
import { createQuickClock } from '../../support/clock.ts'
import { startTelegramFor } from '../../support/telegram.ts'
import { createTestLogger } from '../../support/testLogger.ts'

/** The loop over real HTTP, with handlers that only note what they get. */
function startPolling(telegram: Telegram, token: string, clock: Clock, handle = async (_: Update) => {}) {
  const { lines, logger } = createTestLogger()
  const api = createApi({ token, apiRoot: telegram.url, clock, onCall: () => {} })
  const handled: number[] = []
  const turns: boolean[] = []
  const receiver = createReceiver({
    handle: (update) => {
      handled.push(update.update_id)
      return handle(update)
    },
    onOverflow: () => true,
    onLoss() {},
    logger,
  })
  const deadlines: (number | undefined)[] = []
  const watched: typeof api = {
    ...api,
    call: (method, payload, options) => {
      if (method === 'getUpdates') deadlines.push(options?.deadlineMs)
      return api.call(method, payload, options)
    },
  }
  const polling = createPolling({
    api: watched,
    receiver,
    logger,
    clock,
    allowedUpdates: ['message', 'poll'],
    onTurn: (good) => turns.push(good),
  })
  const stop = new AbortController()
  const ended = polling.run(stop.signal)
  ended.catch(() => {}) // the test looks at it when it wants to
  onTestFinished(async () => {
    stop.abort()
    await ended.catch(() => {})
    await api.close()
  })
  return { lines, handled, turns, deadlines, polling, receiver, stop, ended }
}

async function start(handle?: (update: Update) => Promise<void>, clock = createQuickClock()) {
  const { telegram, token, account } = await startTelegramFor(undefined, { conflictPauseMs: 0 })
  const polls = () => account.calls.filter(({ method }) => method === 'getUpdates')
  /** The loop's nth poll, counted from 1. */
  const poll = (n: number) => account.waitForCall('getUpdates', () => polls().length >= n)
  const run = () => startPolling(telegram, token, clock, handle)
  return { telegram, token, account, clock, polls, poll, run }
}

const weather = (lines: { level: string; message: string }[]) =>
  lines.map(({ level, message }) => `${level} ${message}`)

test('the first poll is answered at once, the next ones are held for 30 s, and each has its deadline', async () => {
  const { polls, poll, run } = await start()
  const { deadlines, turns } = run()
  await poll(2)
  expect(polls().map(({ payload }) => payload)).toEqual([
    { offset: 0, limit: 100, timeout: 0, allowed_updates: ['message', 'poll'] },
    { offset: 0, limit: 100, timeout: 30, allowed_updates: ['message', 'poll'] },
  ])
  expect(deadlines).toEqual([5_000, 35_000])
  expect(turns).toEqual([true])
})

test('each poll confirms what the one before brought', async () => {
  const { account, polls, poll, run } = await start()
  const ana = account.person()
  const ids = [ana.send('a'), ana.send('b')]
  const { handled } = run()
  await poll(2)
  expect(polls()[1]?.payload.offset).toBe((ids[1] as number) + 1)
  expect(handled).toEqual(ids)
  expect(account.pending).toBe(0)
})

test.for([
  ['a reset', { reset: true }, 'ECONNRESET'],
  ['HTML', { html: 502 }, 'HTTP_502'],
  ['a cut body', { cutBody: true, effect: true }, 'UND_ERR_SOCKET'],
  ['invalid JSON', { invalidJson: true, effect: true }, 'HTTP_200'],
  ['a 500', { status: 500 }, 500],
  ['a 400', { status: 400 }, 400],
] as const)('a poll that ends by %s is repeated, and its updates come once', async ([, fault, code]) => {
  const { account, poll, run } = await start()
  const id = account.person().send('hola')
  account.fault({ method: 'getUpdates', ...fault })
  const { lines, handled } = run()
  await poll(3)
  expect(handled).toEqual([id])
  expect(weather(lines)).toEqual(['warn polling failed, trying again', 'info polling again'])
  expect(lines[0]?.error).toMatchObject({ code: String(code) })
})

test('bad weather is told once, with waits that grow, and so is its end', async () => {
  const { account, clock, poll, run } = await start()
  account.fault({ method: 'getUpdates', status: 502, times: 8 })
  const { lines, turns } = run()
  await poll(10)
  expect(weather(lines)).toEqual([
    'warn polling failed, trying again',
    ...Array(7).fill('debug polling failed, trying again'),
    'info polling again',
  ])
  expect(lines.at(-1)?.failures).toBe(8)
  expect(clock.sleeps).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  expect(turns).toEqual([...Array(8).fill(false), true])
})

test('a 429 is waited out as it asks, with a sign of life every 30 s', async () => {
  const { account, clock, poll, run } = await start()
  account.fault({ method: 'getUpdates', status: 429, retry_after: 95 })
  const { turns } = run()
  await poll(2)
  expect(clock.sleeps).toEqual([30_000, 30_000, 30_000, 5_000])
  expect(turns.slice(0, 4)).toEqual([false, false, false, false])
})

test('a stop ends the wait of a 429 at once', async () => {
  const { account, run } = await start(undefined, { ...systemClock, sleeps: [] })
  account.fault({ method: 'getUpdates', status: 429, retry_after: 600 })
  const { stop, ended, turns } = run()
  await expect.poll(() => turns).toEqual([false])
  stop.abort()
  await ended
})

test('a stop ends the poll that is held at once', async () => {
  const { account, run } = await start()
  const { stop, ended } = run()
  await expect.poll(() => account.polled).toBe(true)
  stop.abort()
  await ended
})

test.for([401, 404])('a %i says that the token is refused, whenever it comes', async (status) => {
  const { account, run } = await start()
  const { ended } = run()
  await expect.poll(() => account.polled).toBe(true)
  account.fault({ method: 'getUpdates', status })
  account.person().send('hola')
  await expect(ended).rejects.toMatchObject({ name: 'Fatal', exitCode: EXIT.tokenRefused })
})

test('polling refuses to start while a webhook is set, names the remedy and leaves it alone', async () => {
  const { telegram, token, account, polls, run } = await start()
  await fetch(`${telegram.url}/bot${token}/setWebhook?url=http://127.0.0.1:9/telegram`)
  await expect(run().ended).rejects.toMatchObject({
    exitCode: EXIT.configuration,
    message: expect.stringContaining('npm run webhook -- --delete'),
  })
  expect(polls()).toEqual([])
  expect(account.calls.map(({ method }) => method)).not.toContain('deleteWebhook')
})

test('a webhook that is set later ends polling in the same way', async () => {
  const { telegram, token, account, run } = await start()
  const { ended } = run()
  await expect.poll(() => account.polled).toBe(true)
  await fetch(`${telegram.url}/bot${token}/setWebhook?url=http://127.0.0.1:9/telegram`)
  await expect(ended).rejects.toMatchObject({ exitCode: EXIT.configuration })
})

test('a second poller that stays ends it after a minute, and the message says what to do', async () => {
  const { clock, run } = await start()
  const began = clock.now()
  const [one, other] = [run(), run()]
  const reason = await Promise.race([one.ended, other.ended]).catch((error) => error)
  expect(reason).toMatchObject({
    exitCode: EXIT.anotherPoller,
    message: expect.stringContaining('another instance is polling with this token: stop it'),
  })
  expect(clock.now() - began).toBeGreaterThanOrEqual(60_000)
  expect(weather(one.lines)[0]).toBe('warn polling failed, trying again')
})

test('a second poller that goes away within the minute ends nothing', async () => {
  const { account, clock, poll, run } = await start()
  account.fault({ method: 'getUpdates', status: 409, description: 'Conflict: terminated by other', times: 6 })
  const { lines } = run()
  await poll(8)
  expect(weather(lines).at(-1)).toBe('info polling again')
  await clock.sleep(300_000)
  account.fault({ method: 'getUpdates', status: 409, description: 'Conflict: terminated by other', times: 3 })
  account.person().send('hola')
  await poll(12)
  account.person().send('hola')
  await poll(13)
  expect(weather(lines).at(-1)).toBe('info polling again')
})

test('an update without a usable id is not handled, stops nobody behind it and is not asked for in a frenzy', async () => {
  const { account, clock, poll, run } = await start()
  const ana = account.person()
  const before = ana.send('a')
  for (const update_id of ['1', -5, 0.5, null, 2 ** 31, Number.MAX_SAFE_INTEGER])
    account.push({ update_id, message: {} })
  const after = ana.send('b')
  const { handled, lines } = run()
  await poll(2)
  expect(handled).toEqual([before, after])
  expect(weather(lines)).toEqual(['warn polling failed, trying again'])
  expect(clock.sleeps).toEqual([500])
})

test('ids that begin anew, as after a week of silence, are confirmed as they come', async () => {
  const { account, polls, poll, run } = await start()
  account.push({ update_id: 900, message: {} })
  const { handled } = run()
  await poll(2)
  await expect.poll(() => account.polled).toBe(true)
  account.push({ update_id: 100, message: {} })
  await poll(3)
  expect(handled).toEqual([900, 100])
  expect(polls()[2]?.payload.offset).toBe(101)
})

test('while nothing more has room, nothing more is fetched; afterwards each update is handled once', async () => {
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const { account, run } = await start(() => gate)
  const ids = Array.from({ length: 1500 }, () => account.person().send('hola'))
  const { handled, receiver } = run()
  await expect.poll(() => receiver.hasCapacity()).toBe(false)
  const held = receiver.running + receiver.waiting
  expect(held).toBe(1200)
  expect(account.pending).toBe(400) // the last batch is confirmed by the next poll
  release()
  await expect.poll(() => handled.length).toBe(1500)
  expect(handled).toEqual(ids)
})

test('after the drain the last updates are confirmed; without any there is nothing to say', async () => {
  const { account, polls, run } = await start()
  const { stop, ended, polling, handled } = run()
  await expect.poll(() => account.polled).toBe(true)
  await polling.confirm()
  expect(polls()).toHaveLength(2)
  const id = account.person().send('hola')
  await expect.poll(() => handled).toEqual([id])
  stop.abort()
  await ended
  await polling.confirm()
  expect(account.pending).toBe(0)
})

test('a confirmation that Telegram never answers is given up after 3 s', async () => {
  const { account, run } = await start()
  const { stop, ended, polling, lines, handled } = run()
  const id = account.person().send('hola')
  await expect.poll(() => handled).toEqual([id])
  stop.abort()
  await ended
  account.fault({ method: 'getUpdates', hang: true, times: 5 })
  const began = performance.now()
  await polling.confirm()
  const waited = performance.now() - began
  expect(waited).toBeGreaterThan(2_900)
  expect(waited).toBeLessThan(9_000) // any other call has 10 s
  expect(weather(lines)).toEqual(['warn last updates not confirmed, they will come again'])
})
