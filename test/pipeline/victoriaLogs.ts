import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished, type TestContext, vi } from 'vitest'
import { WAIT_TIMEOUT_MS } from '../support/feed.ts'

const PROGRAM = 'victoria-logs'

const FOUND = spawnSync(PROGRAM, ['--version']).status === 0
const MISSING = `skipped: ${PROGRAM}, VictoriaLogs, is not on PATH`
if (!FOUND) console.warn(MISSING)

/** Skips a test where VictoriaLogs is not installed. */
export function needsVictoriaLogs({ skip }: TestContext): void {
  skip(!FOUND, MISSING)
}

export interface VictoriaLogs {
  /** Where the collector sends to. */
  intake: string
  /** What a query finds, in its order. @throws Error with the database's words */
  query(logsql: string): Promise<Record<string, string>[]>
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/**
 * Runs VictoriaLogs over a folder of its own, with the arguments that are deployed, and waits until it answers. Two in a
 * row over one folder and port are a restarted container. The test's end kills it.
 *
 * @param args beside those
 */
export async function startVictoriaLogs(
  folder: string,
  { port, args = [] }: { port: number; args?: string[] },
): Promise<VictoriaLogs> {
  const url = `http://127.0.0.1:${port}`
  const data = join(folder, 'data')
  mkdirSync(data, { recursive: true })
  const child = spawn(
    PROGRAM,
    [
      `-storageDataPath=${data}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-inmemoryDataFlushInterval=1s',
      ...args,
    ],
    { stdio: 'ignore' },
  )
  const ended = once(child, 'close')
  async function stop(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal)
    await ended
  }
  onTestFinished(() => stop('SIGKILL'))
  const answers = async () => (await fetch(`${url}/health`)).ok || Promise.reject(new Error('not healthy'))
  await vi.waitFor(answers, { timeout: WAIT_TIMEOUT_MS, interval: 50 })
  return {
    intake: `${url}/insert/opentelemetry/v1/logs`,
    query: (logsql) => queryLogs(url, logsql),
    stop,
  }
}

/** Asks the database behind this address. @throws Error with its words */
export async function queryLogs(url: string, query: string): Promise<Record<string, string>[]> {
  const response = await fetch(`${url}/select/logsql/query`, {
    method: 'POST',
    body: new URLSearchParams({ query }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
