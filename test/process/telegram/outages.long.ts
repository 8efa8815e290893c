import { test, vi } from 'vitest'
import { fuzz } from './fuzz.ts'
import { rollPolling, rollWebhook } from './roll.ts'
import { MODES, sayHi, setupBot, texts, waitForAnswers } from './telegram.ts'

vi.setConfig({ maxConcurrency: 2 })

test.for(MODES)(
  '%s: 10,000 updates, most of them malformed: one line each, one answer where it is due',
  (mode, t) => fuzz(t, mode, 10_000),
)

test('polling: ten rolling restarts under load answer every message exactly once', (t) => rollPolling(t, 10))

test('webhook: five rolling restarts of both instances under load answer every message exactly once', (t) =>
  rollWebhook(t, 5))

test.concurrent('a long poll that is never answered is given up after 35 s, and /livez stays good', async (t) => {
  const { account, start } = await setupBot(t, 'polling')
  const ana = account.person()
  account.fault({ method: 'getUpdates', matches: ({ timeout }) => timeout === 30, hang: true })
  const bot = await start()
  await account.waitForCall('getUpdates', ({ payload }) => payload.timeout === 30, 60_000)
  const answer = sayHi(ana, 'uno')
  const began = performance.now()
  await ana.waitForReply(answer, 60_000)
  t.expect(performance.now() - began).toBeGreaterThan(30_000)
  t.expect((await fetch(`${await bot.healthUrl()}/livez`)).status).toBe(200)
  t.expect(texts(ana)).toEqual([answer])
})

test.concurrent('of two bots that poll with one token, the first that had a minute of it exits with code 4', async (t) => {
  const { start } = await setupBot(t, 'polling')
  const bots = [await start(), await start()]
  const began = performance.now()
  const [code, bot] = await Promise.race(bots.map(async (it) => [await it.exit, it] as const))
  t.expect(code).toBe(4)
  t.expect(performance.now() - began).toBeGreaterThan(55_000)
  t.expect(bot.lines().map(({ message }) => message)).toContainEqual(
    t.expect.stringContaining('another instance is polling with this token: stop it'),
  )
})

test.concurrent.for(MODES)(
  '%s: a stop leaves behind what does not end within the drain, and names it',
  async (mode, t) => {
    const { account, start } = await setupBot(t, mode)
    const ana = account.person()
    account.fault({ method: 'sendMessage', status: 429, retry_after: 25 })
    const bot = await start()
    const update_id = ana.send('/start')
    await account.waitForCall('sendMessage', ({ status }) => status === 429, 30_000)
    const began = performance.now()
    t.expect(await bot.stop()).toBe(0)
    t.expect(performance.now() - began).toBeLessThan(20_000)
    t.expect(bot.lines().filter(({ outcome }) => outcome === 'unfinished')).toMatchObject([{ update_id }])
    if (mode === 'polling') return t.expect(account.pending).toBe(0) // lost, and the line says so
    await start() // with a webhook it was never taken, and comes again
    await waitForAnswers(ana, ['Hola, Ada'])
  },
)

test.concurrent.for(MODES)(
  '%s: a stop while Telegram answers nothing at all is over within its deadlines',
  async (mode, t) => {
    const { account, start } = await setupBot(t, mode)
    const bot = await start()
    await bot.waitUntilReady()
    account.fault({ hang: true, times: Number.POSITIVE_INFINITY })
    const update_id = account.person().send('/start')
    if (mode === 'polling') await t.expect.poll(() => account.polled).toBe(false)
    const began = performance.now()
    t.expect(await bot.stop()).toBe(0)
    t.expect(performance.now() - began).toBeLessThan(25_000)
    t.expect(update_id).toBeGreaterThan(0)
  },
)

test.concurrent.for(MODES)('%s: a storm of 5xx costs nobody an answer', async (mode, t) => {
  const { account, start } = await setupBot(t, mode)
  const people = Array.from({ length: 10 }, () => account.person())
  const bot = await start()
  await bot.waitUntilReady()
  const methods = ['getUpdates', 'getMe', 'getWebhookInfo', 'setWebhook', 'answerCallbackQuery']
  for (const method of methods) account.fault({ method, status: 503, times: 6 })
  sayHi(account.person(), 'cero') // ends the standing poll: the next one meets the storm
  if (mode === 'polling') await bot.waitForLine(({ message }) => isPollFailure(message))
  const answers = people.map((person) => sayHi(person, 'uno'))
  await Promise.all(people.map((person, i) => person.waitForReply(answers[i], 120_000)))
  t.expect(people.map(texts)).toEqual(answers.map((answer) => [answer]))
  const warnings = bot.lines().filter(({ level, message }) => level === 'warn' && isPollFailure(message))
  t.expect(warnings.length).toBe(mode === 'polling' ? 1 : 0)
})

function isPollFailure(message: string): boolean {
  return message.startsWith('polling failed')
}
