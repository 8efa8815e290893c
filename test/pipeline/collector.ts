import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished, type TestContext } from 'vitest'
import { type Destination, otelFile } from '../../infra/collector/otel.ts'

const PROGRAM = 'otelcol-sumo'
const START_MS = 15_000

const FOUND = spawnSync(PROGRAM, ['--version']).status === 0
const MISSING = `skipped: ${PROGRAM}, Sumo Logic's OpenTelemetry collector, is not on PATH`
if (!FOUND) console.warn(MISSING)

/** Skips a test where the collector is not installed. */
export function needsCollector({ skip }: TestContext): void {
  skip(!FOUND, MISSING)
}

export interface CollectorProcess {
  /** What it wrote to stdout: the log lines, where the destination is the console. */
  readonly stdout: string
  /** Its own log. */
  readonly stderr: string
  /** Sends the signal and waits for the end. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/**
 * Runs otelcol-sumo with the configuration that is deployed, in folders of its own, and waits until it reads `logs`.
 * Two in a row over one folder are a restarted container. The test's end kills it.
 *
 * @throws Error with the collector's own words when it does not start
 */
export async function startCollector(
  folder: string,
  destination: Destination,
  secrets: Record<string, string>,
): Promise<CollectorProcess> {
  const file = join(folder, 'config.yaml')
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    file,
    otelFile({
      destination,
      logs: join(folder, 'logs/*.log'),
      state: join(folder, 'state'),
      health: '127.0.0.1:0',
    }),
  )
  const child = spawn(PROGRAM, ['--config', file, '--feature-gates=stanza.synchronousLogEmitter'], {
    env: {
      PATH: process.env.PATH,
      // As the image has it; the sumologic extension does not start without.
      HOME: folder,
      GOMEMLIMIT: '200MiB',
      SUMO_SOURCE_CATEGORY: 'test/bot',
      SUMO_SOURCE_NAME: 'bitacora',
      POD_NAME: 'bitacora-0',
      POD_NAMESPACE: 'bitacora-test',
      NODE_NAME: 'node-0',
      ...secrets,
    },
  })
  const ended = once(child, 'close')
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  const ready = new Promise<void>((resolve, reject) => {
    const fail = () => reject(new Error(`${PROGRAM} did not start:\n${stderr}`))
    const timer = setTimeout(fail, START_MS)
    child.once('close', fail)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      if (!stderr.includes('Everything is ready')) return
      clearTimeout(timer)
      resolve()
    })
  })
  async function stop(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal)
    await ended
  }
  onTestFinished(() => stop('SIGKILL'))
  await ready
  return {
    get stdout() {
      return stdout
    },
    get stderr() {
      return stderr
    },
    stop,
  }
}
