import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Destination } from '../../infra/collector/otel.ts'
import { type Sumo, startSumo } from '../standins/sumo/backend.ts'
import { openBotLog } from './botLog.ts'
import { needsCollector, startCollector } from './collector.ts'

const MB = 1024 ** 2
const MESSAGE = 'one line from end to end'

let sumo: Sumo
let folder: string
beforeEach(needsCollector)
beforeEach(async () => {
  sumo = await startSumo()
  folder = mkdtempSync(join(tmpdir(), 'pipeline-'))
})
afterEach(async () => {
  await sumo.close()
  rmSync(folder, { recursive: true })
})

/** Logs one line, and returns it as the bot's file has it. */
async function logOneLine(): Promise<string> {
  const dir = join(folder, 'logs')
  const { logger, close } = openBotLog({ dir, maxFileSize: MB, maxFiles: 3 })
  logger.info(MESSAGE, { update_id: 1, chat_id: 2, duration_ms: 3.5 })
  await close(5000)
  const lines = globSync(join(dir, '*.log')).flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  return lines.find((line) => line.includes(MESSAGE)) ?? 'not in the file'
}

const isTheLine = ({ body }: { body: unknown }) => String(body).includes(MESSAGE)

it.each<[string, Destination, (sumo: Sumo) => Record<string, string>]>([
  [
    'an OTLP/HTTP Source',
    { to: 'endpoint', format: 'otlp' },
    ({ sourceUrl }) => ({ SUMO_ENDPOINT: sourceUrl }),
  ],
  [
    'an HTTP Source',
    { to: 'endpoint', format: 'text' },
    ({ textSourceUrl }) => ({ SUMO_ENDPOINT: textSourceUrl }),
  ],
])('a line of the bot reaches %s as it was written', async (_, destination, secrets) => {
  const line = await logOneLine()
  await startCollector(folder, destination, secrets(sumo))
  await sumo.waitForRecords(isTheLine)

  const record = sumo.received.find(isTheLine)
  expect(record).toMatchObject({ body: line, name: 'bitacora', category: 'test/bot', host: 'bitacora-0' })
  if (destination.to === 'endpoint' && destination.format === 'otlp')
    expect(record?.severity).toEqual({ number: 9, text: 'info' })
  // Any attribute, and Sumo Logic would wrap the line in JSON of its own.
  expect(record?.attributes).toEqual({})
})

it('a registered collector sends a line as it was written', async () => {
  const line = await logOneLine()
  await startCollector(
    folder,
    { to: 'registration', apiUrl: sumo.url },
    { SUMOLOGIC_INSTALLATION_TOKEN: sumo.installationToken },
  )
  await sumo.waitForRecords(isTheLine)

  expect(sumo.received.find(isTheLine)).toMatchObject({ body: line, time: JSON.parse(line).timestamp })
  expect(sumo.collectors()).toMatchObject([{ name: 'bitacora-0', asked: { ephemeral: true } }])
})

it('a collector with a wrong token says so and stops', async () => {
  const start = startCollector(
    folder,
    { to: 'registration', apiUrl: sumo.url },
    { SUMOLOGIC_INSTALLATION_TOKEN: 'wrong' },
  )

  await expect(start).rejects.toThrow('got HTTP status code: 401')
})

it('without Sumo Logic a line reaches the console of the collector as it was written', async () => {
  const line = await logOneLine()
  const collector = await startCollector(folder, { to: 'console' }, {})

  await expect.poll(() => collector.stdout).toContain(`\n${line} \n`)
})
