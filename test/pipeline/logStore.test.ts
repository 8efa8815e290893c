import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../support/ports.ts'
import { openBotLog } from './botLog.ts'
import { needsCollector, startCollector } from './collector.ts'
import { needsVictoriaLogs, startVictoriaLogs, type VictoriaLogs } from './victoriaLogs.ts'

let folder: string
beforeEach(needsCollector)
beforeEach(needsVictoriaLogs)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

const LINES = 500

/** Logs so many lines, and ends. */
async function logLines(count = LINES): Promise<void> {
  const { logger, close } = openBotLog({ dir: join(folder, 'logs'), maxFileSize: 1024 ** 2, maxFiles: 3 })
  for (let n = 1; n <= count; n++) logger.info('a line', { update_id: n })
  await close(5000)
}

const send = (store: VictoriaLogs) =>
  startCollector(folder, { to: 'endpoint', format: 'otlp' }, { SUMO_ENDPOINT: store.intake })

/** How often the lines came, and how many different ones are there. */
async function count(store: VictoriaLogs): Promise<{ came: string; there: string }> {
  const query = '* | unpack_json | filter update_id:* | stats count() came, count_uniq(update_id) there'
  return (await store.query(query))[0] as { came: string; there: string }
}
const EXACTLY_ONCE = { came: String(LINES), there: String(LINES) }

it('a line is found with its time, its severity and its fields', async () => {
  await logLines(1)
  const store = await startVictoriaLogs(folder, { port: await freePort() })
  await send(store)
  const query = 'severity_text:info "a line" | unpack_json'
  await expect.poll(() => store.query(query)).toHaveLength(1)

  const [line] = await store.query(query)
  // It drops zeros at the end of a second's fraction.
  expect(Date.parse(line?._time ?? '')).toBe(Date.parse(line?.timestamp ?? ''))
  expect(line).toMatchObject({
    _sourceCategory: 'test/bot',
    _sourceHost: 'bitacora-0',
    severity_number: '9',
    message: 'a line',
    update_id: '1',
  })
})

it('a line has the severity of its level', async () => {
  const { logger, close } = openBotLog({ dir: join(folder, 'logs'), maxFileSize: 1024 ** 2, maxFiles: 3 })
  logger.level = 'silly'
  const levels = ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly']
  for (const level of levels) logger.log(level, 'of this level')
  await close(5000)
  const store = await startVictoriaLogs(folder, { port: await freePort() })
  await send(store)

  const query = '"of this level" | fields severity_text, severity_number | sort by (severity_number desc)'
  await expect.poll(() => store.query(query)).toHaveLength(levels.length)
  const found = (await store.query(query)).map(({ severity_text, severity_number }) => [
    severity_text,
    Number(severity_number),
  ])
  expect(found).toEqual([
    ['error', 17],
    ['warn', 13],
    ['info', 9],
    ['http', 8],
    ['verbose', 7],
    ['debug', 5],
    ['silly', 1],
  ])
})

it('a log store that is not there is waited for, and the collector says so', async () => {
  await logLines()
  const port = await freePort()
  const collector = await send({
    intake: `http://127.0.0.1:${port}/insert/opentelemetry/v1/logs`,
  } as VictoriaLogs)
  await expect.poll(() => collector.stderr).toContain('connection refused')

  const store = await startVictoriaLogs(folder, { port })
  await expect.poll(() => count(store)).toEqual(EXACTLY_ONCE)
})

it('a full volume of the log store is waited for, and the collector says so', async () => {
  await logLines()
  const port = await freePort()
  const full = await startVictoriaLogs(folder, { port, args: ['-storage.minFreeDiskSpaceBytes=1000TB'] })
  const collector = await send(full)
  await expect.poll(() => collector.stderr).toMatch(/Exporting failed. Will retry/)
  expect(await count(full)).toEqual({ came: '0', there: '0' })
  await full.stop('SIGTERM')

  const store = await startVictoriaLogs(folder, { port })
  await expect.poll(() => count(store)).toEqual(EXACTLY_ONCE)
})

it('a log store that is restarted with a signal has every line exactly once', async () => {
  await logLines()
  const port = await freePort()
  const first = await startVictoriaLogs(folder, { port })
  await send(first)
  await expect.poll(() => count(first)).toEqual(EXACTLY_ONCE)
  await first.stop('SIGTERM')

  const store = await startVictoriaLogs(folder, { port })
  expect(await count(store)).toEqual(EXACTLY_ONCE)
})
