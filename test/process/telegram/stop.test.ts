import { describe, test, vi } from 'vitest'
import { MODES, sayHi, setupBot, texts, updateLines, waitForAnswers } from './telegram.ts'

vi.setConfig({ maxConcurrency: 3 })

/** A stop that waited would take the 9 s of an answer, or the 10 s of the drain. */
const AT_ONCE_MS = 8000

describe.each(MODES)('%s: SIGTERM', (mode) => {
  test.concurrent('during the start, which Telegram never answers, ends it at once', async (t) => {
    const { account, start } = await setupBot(t, mode)
    account.fault({ method: 'getMe', hang: true, times: 9 })
    const bot = await start()
    await account.waitForCall('getMe')
    const began = performance.now()
    t.expect(await bot.stop()).toBe(0)
    t.expect(performance.now() - began).toBeLessThan(AT_ONCE_MS)
    t.expect(account.calls.map(({ method }) => method)).toEqual(['getMe'])
  })

  test.concurrent('in the middle of a handler lets it answer, confirms the update, and exits with 0', async (t) => {
    const { account, start } = await setupBot(t, mode)
    const ana = account.person()
    account.fault({ method: 'sendMessage', latencyMs: 1000, times: 2 })
    const bot = await start()
    const answers = [sayHi(ana, 'uno'), sayHi(ana, 'dos')]
    await account.waitForCall('sendMessage')
    t.expect(await bot.stop()).toBe(0)
    t.expect(texts(ana)).toEqual(answers)
    t.expect(account.pending).toBe(0)
    t.expect(updateLines(bot)).toHaveLength(2)
    t.expect(bot.lines().at(-1)).toMatchObject({ message: 'stopped', code: 0 })
  })

  test.concurrent('while an answer waits out a 429 lets it be sent', async (t) => {
    const { account, start } = await setupBot(t, mode)
    const ana = account.person()
    account.fault({ method: 'sendMessage', status: 429, retry_after: 2 })
    const bot = await start()
    const answer = sayHi(ana, 'uno')
    await account.waitForCall('sendMessage', ({ status }) => status === 429)
    t.expect(await bot.stop()).toBe(0)
    t.expect(texts(ana)).toEqual([answer])
    t.expect(account.pending).toBe(0)
  })

  test.concurrent('a second time ends it at once, with exit code 1 and its lines written', async (t) => {
    const { account, start } = await setupBot(t, mode)
    const ana = account.person()
    account.fault({ method: 'sendMessage', latencyMs: 9000 })
    const bot = await start()
    sayHi(ana, 'uno')
    await account.waitForCall('sendMessage')
    bot.child.kill('SIGTERM')
    await bot.waitForLine(({ message }) => message === 'stopping')
    const began = performance.now()
    t.expect(await bot.stop()).toBe(1)
    t.expect(performance.now() - began).toBeLessThan(AT_ONCE_MS)
    t.expect(bot.lines().filter(({ message }) => message === 'stopping')).toHaveLength(1)
  })
})

test.concurrent('polling: SIGTERM while a poll waits out a 429 of ten minutes is noticed at once', async (t) => {
  const { account, start } = await setupBot(t, 'polling')
  account.fault({ method: 'getUpdates', status: 429, retry_after: 600 })
  const bot = await start()
  await bot.waitForLine(({ message }) => message.startsWith('polling failed'))
  const began = performance.now()
  t.expect(await bot.stop()).toBe(0)
  t.expect(performance.now() - began).toBeLessThan(AT_ONCE_MS)
})

test.concurrent('webhook: SIGTERM takes readiness away at once, and the bot goes on answering for 5 s', async (t) => {
  const { account, start } = await setupBot(t, 'webhook')
  const ana = account.person()
  const bot = await start()
  await bot.waitUntilReady()
  const began = performance.now()
  bot.child.kill('SIGTERM')
  await bot.waitForLine(({ message }) => message === 'stopping')
  t.expect((await fetch(`${await bot.healthUrl()}/readyz`)).status).toBe(503)
  await waitForAnswers(ana, [sayHi(ana, 'uno')])
  t.expect(await bot.exit).toBe(0)
  t.expect(performance.now() - began).toBeGreaterThan(4900)
  t.expect(account.calls.map(({ method }) => method)).not.toContain('deleteWebhook')
})
