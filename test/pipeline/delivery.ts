import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { type Sumo, startSumo } from '../standins/sumo/backend.ts'
import type { LogRecord } from '../standins/sumo/otlp.ts'
import { startCollector } from './collector.ts'

/** What the writer says when it ends. */
export interface Written {
  boot: string
  accepted: number
  droppedLines: number
  seconds: number
}

/** What became of the accepted lines at the far end; all counts of lines. */
export interface Account {
  lost: number
  duplicates: number
  /** Received, but not a line that was accepted. */
  strange: number
}

/** Sumo Logic's back end and the folder that bot and collector share. */
export async function startDelivery() {
  const sumo = await startSumo()
  const folder = mkdtempSync(join(tmpdir(), 'delivery-'))
  onTestFinished(async () => {
    await sumo.close()
    rmSync(folder, { recursive: true })
  })
  return {
    sumo,
    /** A collector that sends to the OTLP Source; one after another, they are a restarted container. */
    startCollector: () =>
      startCollector(folder, { to: 'endpoint', format: 'otlp' }, { SUMO_ENDPOINT: sumo.sourceUrl }),
    startWriter: (load: Load) => startWriter(join(folder, 'logs'), load),
  }
}

export interface Load {
  maxFileSize: number
  maxFiles: number
  lines: number
  linesPerSecond: number
  /** How long the writer lives on after its last line, in ms. */
  lingerMs: number
}

export function startWriter(dir: string, load: Load) {
  const { maxFileSize, maxFiles, lines, linesPerSecond, lingerMs } = load
  const numbers = [maxFileSize, maxFiles, lines, linesPerSecond, lingerMs].map(String)
  const script = new URL('writer.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [script, dir, ...numbers], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'close')
  const written = json(child.stdout) as Promise<Written>
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exit
  })
  return { written, stop: () => child.kill('SIGTERM') }
}

/** Waits until every accepted line has come, or until `timeoutMs`; whatever is then missing is for the account. */
export async function settle(sumo: Sumo, { boot, accepted }: Written, timeoutMs: number): Promise<void> {
  const seen = new Set<number>()
  const isLast = (record: LogRecord) => {
    const line = lineOf(record)
    if (line?.boot === boot) seen.add(line.seq)
    return seen.size >= accepted
  }
  await sumo.waitForRecords(isLast, timeoutMs).catch(() => {})
}

/** Counts by `boot` and `seq`. */
export function accountFor({ received }: Sumo, { boot, accepted }: Written): Account {
  const times = new Uint16Array(accepted + 1)
  let strange = 0
  for (const record of received) {
    const line = lineOf(record)
    if (line?.boot === boot && line.seq >= 1 && line.seq <= accepted)
      times[line.seq] = (times[line.seq] ?? 0) + 1
    else strange++
  }
  const lost = times.subarray(1).filter((count) => count === 0).length
  return { lost, duplicates: received.length - strange - (accepted - lost), strange }
}

function lineOf({ body }: LogRecord): { boot: string; seq: number } | undefined {
  try {
    return JSON.parse(String(body)) as { boot: string; seq: number }
  } catch {
    return undefined
  }
}
