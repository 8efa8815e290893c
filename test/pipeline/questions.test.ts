import {
  appendFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { startTelegram } from '../standins/telegram/server.ts'
import { startBotProcess } from '../support/botProcess.ts'
import { freePort } from '../support/ports.ts'
import { needsCollector, startCollector } from './collector.ts'
import { needsVictoriaLogs, startVictoriaLogs, type VictoriaLogs } from './victoriaLogs.ts'

const QUESTIONS = [
  ...readFileSync(new URL('../../docs/logs.md', import.meta.url), 'utf8').matchAll(
    /^### \d+\. (.+)\n(?:.*\n)*?```logsql\n([^`]+)```/gm,
  ),
].map(([, title = '', logsql = '']) => ({ title, logsql }))

beforeEach(needsCollector)
beforeEach(needsVictoriaLogs)

interface Story {
  store: VictoriaLogs
  /** The earlier start first. */
  boots: string[]
  /** The update whose handler failed. */
  failed: number
}

/**
 * Two starts of the real bot and what people do with it: an answer, a blocked chat, a bug. Of the first start one line is
 * lost on the way and one comes twice. All of it is read by the real collector and sent to the real database.
 */
async function tell(): Promise<Story> {
  const folder = mkdtempSync(join(tmpdir(), 'questions-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const logDir = join(folder, 'logs')
  mkdirSync(logDir)
  const telegram = await startTelegram()
  onTestFinished(() => telegram.close())
  const token = telegram.newToken()
  const bot = telegram.bot(token)
  const env = {
    TELEGRAM_TOKEN: token,
    TELEGRAM_API_ROOT: telegram.url,
    LOG_DIR: logDir,
    LOG_LEVEL: 'info',
    POD_NAME: 'bitacora-0',
  }
  const [ada, grace] = [bot.person(), bot.person()]

  const first = startBotProcess(env)
  await first.waitUntilReady()
  ada.send('/start')
  await ada.waitForReply('Hola, Ada')
  ada.send('/tv')
  await ada.waitForReply('Quien se queda con el trono?')
  bot.fault({ method: 'sendMessage', status: 403, description: 'Forbidden: bot was blocked by the user' })
  const refused = grace.send('/time')
  await first.waitForLine(({ update_id }) => update_id === refused)
  const failed = bot.push({
    message: {
      message_id: 1,
      date: 1,
      chat: { id: ada.id, type: 'private' },
      from: ada.user,
      location: null,
    },
  } as never)
  await first.waitForLine(({ update_id }) => update_id === failed)
  await first.stop()
  const second = startBotProcess(env)
  const helped = ada.send('/help')
  await second.waitForLine(({ update_id }) => update_id === helped)
  await second.stop()

  const [file = ''] = globSync(join(logDir, '*.log')).sort()
  const lines = readFileSync(file, 'utf8').split('\n')
  const [lost = ''] = lines.filter((line) => line.includes('"feature":"tv"'))
  const [repeated = ''] = lines.filter((line) => line.includes('"feature":"greetings"'))
  writeFileSync(file, lines.filter((line) => line !== lost).join('\n'))
  appendFileSync(file, `${repeated}\n`)

  const store = await startVictoriaLogs(folder, { port: await freePort() })
  await startCollector(folder, { to: 'endpoint', format: 'otlp' }, { SUMO_ENDPOINT: store.intake })
  const written = globSync(join(logDir, '*.log')).flatMap((name) =>
    readFileSync(name, 'utf8').split('\n').filter(Boolean),
  )
  const counted = async () => Number((await store.query('* | count() lines'))[0]?.lines)
  await expect.poll(counted).toBe(written.length)
  const boots = [...new Set(written.map((line) => JSON.parse(line).boot as string))]
  return { store, boots, failed }
}

it('every question of docs/logs.md is answered on the lines of a bot', async () => {
  const { store, boots, failed } = await tell()
  const [first, second] = boots
  const instance = 'bitacora-0'
  const found = new Map<string, Record<string, string>[]>()
  for (const { title, logsql } of QUESTIONS) {
    // The documents have the update 42.
    found.set(title, await store.query(logsql.replace('update_id:=42', `update_id:=${failed}`)))
  }
  const answer = (title: string) => found.get(title) ?? []

  expect(answer('What fails, and in which feature?')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ level: 'error', feature: 'location', outcome: 'error', times: '1' }),
      expect.objectContaining({ level: 'warn', feature: 'time', outcome: 'refused', times: '1' }),
    ]),
  )
  const slowest = answer('Which updates took longest?').map(({ duration_ms }) => Number(duration_ms))
  expect(slowest).toHaveLength(5)
  expect(slowest).toEqual(slowest.toSorted((a, b) => b - a))
  expect(answer('How long does each feature take?')).toContainEqual(
    expect.objectContaining({ feature: 'time', updates: '1', p95_ms: expect.stringMatching(/^[\d.]+$/) }),
  )
  expect(answer('What did one person do?').map(({ feature }) => feature)).toEqual([
    'greetings',
    'greetings',
    'location',
    'help',
  ])
  expect(answer('Somebody shows the code of an apology: what happened?')).toEqual([
    expect.objectContaining({
      level: 'error',
      feature: 'location',
      'error.stack': expect.stringContaining('bot/features/location.ts'),
    }),
  ])
  expect(answer('When did the bot start, and how long did each start live?')).toEqual([
    expect.objectContaining({ instance, boot: first }),
    expect.objectContaining({ instance, boot: second }),
  ])
  const around = answer('What happened around a restart?').map(({ _msg = '' }) => _msg)
  for (const [words, boot = ''] of [
    ['"stopped"', first],
    ['"feature":"location"', first],
    ['"started"', second],
  ]) {
    expect(around.some((line) => line.includes(`${words}`) && line.includes(boot))).toBe(true)
  }
  expect(answer('Was a line lost?')).toEqual([expect.objectContaining({ boot: first, missing: '1' })])
  expect(answer('Did a line come twice?')).toEqual([{ instance, boot: first, lines: '1', times: '2' }])
  const hours = answer('What becomes of the updates, hour by hour?')
  const sum = (outcome: string) =>
    hours.filter((row) => row.outcome === outcome).reduce((total, { updates }) => total + Number(updates), 0)
  expect([sum('ok'), sum('refused'), sum('error')]).toEqual([3, 1, 1])
  expect(found.size).toBe(10)
})
