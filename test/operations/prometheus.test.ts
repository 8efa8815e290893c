import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { portOf, setupBot, waitForAnswers } from '../process/telegram/telegram.ts'
import type { BotProcess } from '../support/botProcess.ts'
import { valuesOf } from './documents.ts'
import { hasPrometheus, promtool, RULES, startPrometheus } from './prometheus.ts'
import { record, testRules } from './recording.ts'

const dashboard = JSON.parse(readFileSync('docs/monitoring/grafana-dashboard.json', 'utf8'))

test.skipIf(!hasPrometheus)('promtool takes the rules', async () => {
  const { code, output } = await promtool('check', 'rules', '--lint-fatal', RULES)
  expect(output).toContain('SUCCESS')
  expect(code).toBe(0)
})

test.skipIf(!hasPrometheus)(
  'every query of the dashboard finds series of bots that Prometheus scraped',
  async (t) => {
    const polling = await setupBot(t, 'polling')
    const webhook = await setupBot(t, 'webhook')
    const bots: BotProcess[] = [await polling.start(), await webhook.start()]
    const targets = await Promise.all(bots.map(async (bot) => `127.0.0.1:${portOf(await bot.healthUrl())}`))
    const prometheus = await startPrometheus(t, targets)
    const people = [polling, webhook].map(({ account }) => account.person())

    /** Grafana fills these in; a rate needs two samples that differ in time. */
    const queries = valuesOf(dashboard.panels, ['expr']).map((text) =>
      text.replaceAll('$__rate_interval', '1m').replaceAll('$job', 'bitacora'),
    )
    expect(queries.length).toBeGreaterThan(15)
    const empty = async () => {
      for (const person of people) {
        person.send('/say_hi Ana')
        await waitForAnswers(person, ['Hola, Ana'])
      }
      const results = await Promise.all(queries.map((query) => prometheus.query(query)))
      return queries.filter((_query, i) => results[i]?.length === 0)
    }
    await t.expect.poll(empty, { interval: 300 }).toEqual([])

    const recorded = ['job:bitacora_updates:rate5m', 'job:bitacora_update_duration_seconds:p99_5m']
    // Rules are evaluated at times of Prometheus' own.
    for (const name of recorded)
      await t.expect.poll(() => prometheus.query(name), { message: name }).not.toEqual([])
    t.expect(await prometheus.query('ALERTS{alertstate="firing"}'), 'in calm').toEqual([])
  },
)

test.skipIf(!hasPrometheus)(
  'alerts follow a real run: silent in calm, then lost updates, then Telegram gone',
  async (t) => {
    const { telegram, account, start } = await setupBot(t, 'polling')
    const bot = await start()
    await bot.waitUntilReady()
    const ana = account.person()
    const recording = record(bot, 'pod')
    for (let i = 0; i < 6; i++) {
      ana.send(`/say_hi ${i}`)
      await waitForAnswers(ana, [`Hola, ${i}`])
      await recording.look()
    }
    const calm = await recording.look()

    const gate = Promise.withResolvers<void>()
    account.fault({ method: 'sendMessage', until: gate.promise })
    for (let i = 0; i < 40; i++) ana.send(`/say_hi crowd ${i}`)
    await bot.waitForLine(({ outcome }) => outcome === 'dropped')
    gate.resolve()
    await waitForAnswers(ana, ['Hola, crowd 39'])
    const crowd = await recording.look()

    await telegram.goOffline()
    const failed = async () =>
      bot.lines().filter(({ message }) => message.startsWith('polling failed')).length
    for (const failures of [1, 2, 3]) {
      await t.expect.poll(failed).toBeGreaterThanOrEqual(failures)
      await recording.look()
    }
    const offline = recording.wait(4) // the last failure is still within the five minutes

    const { output, code } = await testRules(t, [recording], {
      [calm]: [],
      [crowd]: ['BitacoraUpdatesLost'],
      [offline]: ['BitacoraNoGoodPoll', 'BitacoraUpdatesLost'],
    })
    t.expect(output).toContain('SUCCESS')
    t.expect(code).toBe(0)
  },
)

test.skipIf(!hasPrometheus)('alerts follow a real run: a webhook that strangers post to', async (t) => {
  const { account, start, service } = await setupBot(t, 'webhook')
  const bot = await start()
  await bot.waitUntilReady()
  const ana = account.person()
  const recording = record(bot, 'pod')
  ana.send('/say_hi Ana')
  await waitForAnswers(ana, ['Hola, Ana'])
  const calm = await recording.look()
  for (let i = 0; i < 8; i++) {
    t.expect((await fetch(`${service.url}/telegram`, { method: 'POST', body: '{}' })).status).toBe(401)
    await recording.look()
  }
  const strangers = recording.wait(1)
  const { output, code } = await testRules(t, [recording], {
    [calm]: [],
    [strangers]: ['BitacoraWebhookRefused'],
  })
  t.expect(output).toContain('SUCCESS')
  t.expect(code).toBe(0)
})
