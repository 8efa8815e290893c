import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../support/ports.ts'
import { needsCollector, startCollector } from './collector.ts'
import { startWriter } from './delivery.ts'
import { needsVictoriaLogs, startVictoriaLogs } from './victoriaLogs.ts'

const LOAD = { maxFileSize: 8 * 1024 ** 2, maxFiles: 5, lines: 20_000, linesPerSecond: 1000, lingerMs: 500 }
/** A second to a part in memory, a second of its age, a second to the next look at it; the rest is for a busy machine. */
const UNSAVED_MS = 5000

beforeEach(needsCollector)
beforeEach(needsVictoriaLogs)

it('a killed log store lacks at most what it confirmed in its last seconds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const port = await freePort()
  const first = await startVictoriaLogs(folder, { port })
  await startCollector(folder, { to: 'endpoint', format: 'otlp' }, { SUMO_ENDPOINT: first.intake })
  const writer = startWriter(join(folder, 'logs'), LOAD)
  await sleep(10_000)
  const killed = Date.now()
  await first.stop('SIGKILL')
  const store = await startVictoriaLogs(folder, { port })
  const { accepted } = await writer.written
  const last = async () => Number((await store.query('* | unpack_json | stats max(seq) last'))[0]?.last)
  await expect.poll(last, { timeout: 60_000 }).toBe(accepted)

  const query = '* | unpack_json | stats by (seq) min(_time) time | sort by (seq)'
  const times = new Map(
    (await store.query(query)).map(({ seq, time = '' }) => [Number(seq), Date.parse(time)]),
  )
  const lost = Array.from({ length: accepted }, (_, index) => index + 1).filter((seq) => !times.has(seq))
  console.log(`${lost.length} of ${accepted} lines are missing`)
  for (const seq of lost) {
    const before = times.get(lost[0] === undefined ? seq : lost[0] - 1) ?? 0
    expect(before).toBeGreaterThan(killed - UNSAVED_MS)
  }
})
