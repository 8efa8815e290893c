import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { EXIT } from '../../bot/fatal.ts'
import { startTelegram } from '../standins/telegram/server.ts'
import { startBotProcess } from '../support/botProcess.ts'
import { namesIn, section, valuesOf } from './documents.ts'
import { readEmitted } from './emitted.ts'

const PAGE = 'docs/operations.md'
const MONITORING = 'docs/monitoring'
const emitted = readEmitted()
const json = (file: string) => JSON.parse(readFileSync(`${MONITORING}/${file}`, 'utf8'))
const rules = parse(readFileSync(`${MONITORING}/prometheus-rules.yml`, 'utf8'))
const sorted = (names: Iterable<string>) => [...new Set(names)].sort()

describe('docs/operations.md lists what the code emits, and nothing else:', () => {
  test('exit codes', () => {
    expect(namesIn(PAGE, '## Exit codes')).toEqual(Object.values(EXIT).map(String))
  })

  test('outcomes', () => {
    expect(sorted(namesIn(PAGE, '## Outcomes'))).toEqual(sorted(emitted.outcomes))
  })

  test('messages of log lines and of errors that end the bot', () => {
    expect(sorted(namesIn(PAGE, '## Log lines'))).toEqual(sorted(emitted.messages))
  })

  test('fields, and metrics', async () => {
    await using telegram = await startTelegram()
    const token = telegram.newToken()
    const bot = startBotProcess({
      TELEGRAM_TOKEN: token,
      TELEGRAM_API_ROOT: telegram.url,
      LOG_CONTENT: 'true',
    })
    const ana = telegram.bot(token).person()
    ana.send('/start')
    await bot.waitForLine(({ message }) => message === 'update handled')
    const seen = bot.lines().flatMap((line) => Object.keys(line))
    expect(sorted(namesIn(PAGE, '## Fields'))).toEqual(sorted([...seen, ...emitted.fields]))

    const text = await (await fetch(`${await bot.healthUrl()}/metrics`)).text()
    const metrics = [...text.matchAll(/^# TYPE (bitacora_\w+)/gm)].map(([, name = '']) => name)
    expect(sorted(namesIn(PAGE, '## Metrics'))).toEqual(sorted(metrics))
  })
})

describe('rules and dashboards name', () => {
  const metrics = namesIn(PAGE, '## Metrics')
  const expressions = [
    ...valuesOf(rules, ['expr']),
    ...valuesOf(json('grafana-dashboard.json'), ['expr', 'query']),
  ]
  const searches = ['sumologic-app.json', 'sumologic-monitors.json'].flatMap((file) =>
    valuesOf(json(file), ['queryText', 'queryString', 'query']),
  )

  test('metrics that exist', () => {
    const recorded = new Set(valuesOf(rules, ['record']))
    const used = expressions.flatMap((text) => text.match(/(job:)?\bbitacora_\w+(:\w+)?/g) ?? [])
    const known = new Set(metrics.flatMap((name) => [name, `${name}_bucket`, `${name}_count`, `${name}_sum`]))
    expect(used.length).toBeGreaterThan(30)
    expect(used.filter((name) => !known.has(name) && !recorded.has(name))).toEqual([])
  })

  test('every metric of ours somewhere', () => {
    const text = expressions.join('\n')
    expect(metrics.filter((name) => !text.includes(name))).toEqual([])
  })

  test('messages, outcomes and fields that exist', () => {
    const fields = namesIn(PAGE, '## Fields')
    const text = searches.join('\n')
    const quoted = (of: string) =>
      [...text.matchAll(new RegExp(`\\b${of} (?:in \\(([^)]+)\\)|= ("[^"]+"))`, 'g'))].flatMap(
        ([, list, one]) => [...(list ?? one ?? '').matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
      )
    expect(quoted('message').length).toBeGreaterThan(4)
    expect(quoted('message').filter((name) => !emitted.messages.has(name))).toEqual([])
    expect(quoted('outcome').filter((name) => !emitted.outcomes.has(name))).toEqual([])
    const parsed = [...text.matchAll(/\| json (.+) nodrop/g)].flatMap(([, names = '']) =>
      JSON.parse(`[${names}]`),
    )
    expect(parsed.filter((name) => !fields.includes(name))).toEqual([])
  })

  test('a section of docs/operations.md for every alert and monitor', () => {
    const links = [
      ...valuesOf(rules, ['runbook_url']),
      ...valuesOf(json('sumologic-monitors.json'), ['playbook']),
    ].filter((link) => link !== '')
    const headings = [...section(PAGE, '## Alerts').matchAll(/^### (\w+)$/gm)].map(([, name = '']) => name)
    for (const link of links)
      expect(headings.map((name) => `docs/operations.md#${name.toLowerCase()}`)).toContain(link)
    expect(sorted(headings)).toEqual(sorted(valuesOf(rules, ['alert'])))
  })
})
