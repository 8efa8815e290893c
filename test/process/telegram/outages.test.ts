import { describe, test, vi } from 'vitest'
import type { Person } from '../../standins/telegram/person.ts'
import { MODES, sayHi, setupBot, texts, updateLines, waitForAnswers } from './telegram.ts'

vi.setConfig({ maxConcurrency: 3 })

describe.each(MODES)('%s', (mode) => {
  test.concurrent('a slow handler delays nobody else, and its own chat stays in order', async (t) => {
    const { account, start } = await setupBot(t, mode)
    const [ana, ...others] = Array.from({ length: 10 }, () => account.person()) as [Person, ...Person[]]
    const gate = Promise.withResolvers<void>()
    account.fault({
      method: 'sendMessage',
      matches: ({ chat_id }) => chat_id === ana.id,
      until: gate.promise,
    })
    const bot = await start()
    await bot.waitUntilReady()
    const answers = [sayHi(ana, 'uno'), sayHi(ana, 'dos')]
    await account.waitForCall('sendMessage')
    await Promise.all(others.map((person) => waitForAnswers(person, [sayHi(person, 'hola')])))
    t.expect(updateLines(bot).filter(({ chat_id }) => chat_id === ana.id)).toEqual([])
    gate.resolve()
    await waitForAnswers(ana, answers)
    t.expect([ana, ...others].map(texts)).toEqual([answers, ...others.map(() => ['Hola, hola'])])
  })

  test.concurrent('a start in bad weather ends in a bot that answers', async (t) => {
    const { account, start } = await setupBot(t, mode)
    const ana = account.person()
    for (const fault of [{ reset: true }, { html: 502 }, { cutBody: true }, { status: 429, retry_after: 1 }])
      account.fault({ method: 'getMe', ...fault })
    for (const method of ['getWebhookInfo', 'setWebhook', 'getMyCommands'])
      account.fault({ method, status: 502, times: 2 })
    const answers = [sayHi(ana, 'uno')]
    const bot = await start()
    answers.push(sayHi(ana, 'dos'))
    await waitForAnswers(ana, answers)
    await bot.waitUntilReady()
    t.expect(await bot.stop()).toBe(0)
    t.expect(texts(ana)).toEqual(answers)
    t.expect(account.pending).toBe(0)
  })

  test.concurrent('through an outage of Telegram it lives, and afterwards each message has its answer', async (t) => {
    const { telegram, account, start } = await setupBot(t, mode)
    const ana = account.person()
    const bot = await start()
    await bot.waitUntilReady()
    await telegram.goOffline()
    const answers = mode === 'polling' ? [sayHi(ana, 'uno'), sayHi(ana, 'dos')] : []
    if (mode === 'polling') await bot.waitForLine(({ message }) => message.startsWith('polling failed'))
    t.expect((await fetch(`${await bot.healthUrl()}/livez`)).status).toBe(200)
    await telegram.goOnline()
    answers.push(sayHi(ana, 'tres'))
    await waitForAnswers(ana, answers)
    t.expect(texts(ana)).toEqual(answers)
  })

  test.concurrent('a 429 of an answer is waited out, and the answer comes once', async (t) => {
    const { account, start } = await setupBot(t, mode)
    const ana = account.person()
    account.fault({ method: 'sendMessage', status: 429, retry_after: 1 })
    const answer = sayHi(ana, 'uno')
    await start()
    await waitForAnswers(ana, [answer])
    const [refused, accepted] = account.calls.filter(({ method }) => method === 'sendMessage')
    t.expect((accepted?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(990)
    t.expect(texts(ana)).toEqual([answer])
  })
})

test.concurrent.for([
  ['polling', 401],
  ['webhook', 404],
] as const)('%s: a %i at the start is final: exit code 3 and the remedy', async ([mode, status], t) => {
  const { account, start } = await setupBot(t, mode)
  account.fault({ status, description: 'no', times: 100 })
  const bot = await start()
  t.expect(await bot.exit).toBe(3)
  t.expect(bot.lines().map(({ message }) => message)).toContainEqual(
    t.expect.stringContaining('Telegram refuses TELEGRAM_TOKEN: copy it again'),
  )
  t.expect(account.calls).toHaveLength(1)
})

test.concurrent('a name that DNS does not know is tried for ever, without an end of the process', async (t) => {
  const { start } = await setupBot(t, 'polling')
  const bot = await start({ TELEGRAM_API_ROOT: 'http://nowhere.invalid' })
  await bot.waitForLine(({ message }) => message === 'Telegram not reached, trying again')
  const url = await bot.healthUrl()
  t.expect((await fetch(`${url}/livez`)).status).toBe(200)
  t.expect((await fetch(`${url}/readyz`)).status).toBe(503)
  t.expect(await bot.stop()).toBe(0)
})

test.concurrent('polling: a token that is revoked later ends the process with exit code 3', async (t) => {
  const { account, start } = await setupBot(t, 'polling')
  const bot = await start()
  await t.expect.poll(() => account.polled).toBe(true)
  account.revoke()
  t.expect(await bot.exit).toBe(3)
})

test.concurrent('webhook: a token that is revoked later costs the answers; posts are still taken', async (t) => {
  const { account, start } = await setupBot(t, 'webhook')
  const bot = await start()
  await bot.waitUntilReady()
  account.revoke()
  const update_id = account.person().send('hola')
  const line = await bot.waitForLine((it) => it.update_id === update_id)
  t.expect(line).toMatchObject({ message: 'update failed', outcome: 'refused', error: { code: '401' } })
  await t.expect.poll(() => account.pending).toBe(0)
})

test.concurrent('polling: a poll that is never answered is given up, and the next one brings everything', async (t) => {
  const { account, start } = await setupBot(t, 'polling')
  const ana = account.person()
  account.fault({ method: 'getUpdates', hang: true })
  const answer = sayHi(ana, 'uno')
  const bot = await start()
  await waitForAnswers(ana, [answer])
  t.expect(await bot.waitForLine((line) => line.message.startsWith('polling failed'))).toMatchObject({
    level: 'warn',
    error: { code: 'DEADLINE' },
  })
  t.expect(texts(ana)).toEqual([answer])
})

test.concurrent('a bot whose webhook is set does not poll, and leaves the webhook to the one that uses it', async (t) => {
  const { account, start } = await setupBot(t, 'webhook')
  await (await start()).waitUntilReady()
  const bot = await start({ RECEIVE: 'polling' })
  t.expect(await bot.exit).toBe(2)
  t.expect(bot.output).toContain('npm run webhook -- --delete')
  const methods = new Set(account.calls.map(({ method }) => method))
  t.expect([methods.has('getUpdates'), methods.has('deleteWebhook')]).toEqual([false, false])
})
