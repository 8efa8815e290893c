import { test, vi } from 'vitest'
import type { BotAccount } from '../../standins/telegram/bot.ts'
import { rollPolling, rollWebhook } from './roll.ts'
import { portOf, sayHi, setupBot, texts, updateLines, waitForAnswers } from './telegram.ts'

vi.setConfig({ maxConcurrency: 3 })

test.concurrent('a chat with 500 messages for a slow handler loses the oldest, is told once, and delays nobody', async (t) => {
  const { account, start } = await setupBot(t, 'polling')
  const [ana, bea] = [account.person(), account.person()]
  const toAna = ({ chat_id }: { chat_id?: unknown }) => chat_id === ana.id
  account.fault({ method: 'sendMessage', matches: toAna, latencyMs: 50, times: Number.POSITIVE_INFINITY })
  const anas = Array.from({ length: 500 }, (_, i) => sayHi(ana, String(i)))
  const bot = await start()
  const beas = Array.from({ length: 10 }, (_, i) => sayHi(bea, String(i)))
  await Promise.all([waitForAnswers(bea, beas), waitForAnswers(ana, anas.slice(-1))])

  const notice = 'Esperá un poco, estoy con tus mensajes anteriores.'
  const answered = texts(ana).filter((text) => text !== notice)
  t.expect(texts(bea)).toEqual(beas)
  t.expect(texts(ana).length - answered.length).toBe(1)
  t.expect(answered).toEqual(anas.filter((text) => answered.includes(text))) // in order, none twice
  t.expect(answered.slice(-20)).toEqual(anas.slice(-20))
  const dropped = bot.lines().filter(({ outcome }) => outcome === 'dropped')
  t.expect(dropped.length).toBeGreaterThan(400)
  t.expect(dropped.length + answered.length).toBe(500)
  const metrics = await (await fetch(`${await bot.healthUrl()}/metrics`)).text()
  t.expect(metrics).toContain(`\nbitacora_updates_dropped_total ${dropped.length}\n`)
})

test.concurrent('polling: a rolling restart under load answers every message exactly once', (t) =>
  rollPolling(t, 1))

test.concurrent('webhook: a rolling restart of two instances under load answers every message exactly once', (t) =>
  rollWebhook(t, 1))

test.concurrent('polling: a SIGKILL loses what was in flight, and no more', async (t) => {
  const { account, start } = await setupBot(t, 'polling')
  const people = Array.from({ length: 6 }, () => account.person())
  const victims = people.slice(0, 3)
  const bot = await start()
  await bot.waitUntilReady()
  account.fault({ method: 'sendMessage', hang: true, times: victims.length })
  const inFlight = victims.map((person) => person.send('/say_hi uno'))
  await t.expect.poll(() => account.pending).toBe(0) // confirmed, though not done
  await t.expect.poll(() => sent(account)).toBe(victims.length)
  await bot.stop('SIGKILL')
  const later = people.map((person) => sayHi(person, 'dos'))
  const again = await start({ LOG_DIR: bot.logDir })
  await Promise.all(people.map((person, i) => waitForAnswers(person, [later[i] as string])))

  const answered = updateLines(again).map(({ update_id }) => update_id)
  t.expect(
    inFlight.filter((id) => answered.includes(id)),
    'in flight, and so lost',
  ).toEqual([])
  t.expect(people.map(texts), 'everything else is answered once').toEqual(later.map((answer) => [answer]))
})

test.concurrent('webhook: a SIGKILL loses nothing: what was in flight is sent again', async (t) => {
  const { account, service, start } = await setupBot(t, 'webhook')
  const people = Array.from({ length: 6 }, () => account.person())
  const bot = await start()
  await bot.waitUntilReady()
  const port = portOf(await bot.healthUrl())
  account.fault({ method: 'sendMessage', hang: true, times: 3 })
  const first = people.slice(0, 3).map((person) => sayHi(person, 'uno'))
  await t.expect.poll(() => sent(account)).toBe(3)
  service.remove(port)
  await bot.stop('SIGKILL')
  const later = people.map((person) => sayHi(person, 'dos'))
  await start()
  await Promise.all(
    people.map((person, i) => waitForAnswers(person, [first[i] ?? [], later[i] ?? []].flat())),
  )
  t.expect(people.map(texts)).toEqual(later.map((answer, i) => [first[i] ?? [], answer].flat()))
  await t.expect.poll(() => account.pending).toBe(0)
})

/** How many messages the bot tried to send. */
function sent({ calls }: BotAccount): number {
  return calls.filter(({ method }) => method === 'sendMessage').length
}
