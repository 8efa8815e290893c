import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import type { TestContext } from 'vitest'
import { expect } from 'vitest'
import { stringify } from 'yaml'
import { freePort } from '../support/ports.ts'

const onPath = (program: string) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))

/** Whether prometheus and promtool are here. */
export const hasPrometheus = onPath('prometheus') && onPath('promtool')
if (!hasPrometheus)
  console.warn('Rules and dashboard are not run: no prometheus here. Debian: apt-get install prometheus.')

export const RULES = resolve('docs/monitoring/prometheus-rules.yml')
const SCRAPE = '200ms'

/** @returns the exit code and what promtool said */
export function promtool(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    const child = execFile('promtool', args, (_error, stdout, stderr) =>
      done({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })
}

export interface Prometheus {
  /** The series that an instant query finds now. */
  query(expression: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]>
}

/** A Prometheus on loopback that scrapes these addresses and evaluates our rules; it ends with the test. */
export async function startPrometheus(t: TestContext, targets: string[]): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'))
  const config = {
    global: { scrape_interval: SCRAPE, evaluation_interval: SCRAPE },
    rule_files: [RULES],
    scrape_configs: [{ job_name: 'bitacora', static_configs: [{ targets }] }],
  }
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config))
  const address = `127.0.0.1:${await freePort()}` // Prometheus takes no port 0
  const child: ChildProcess = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const ended = once(child, 'close')
  t.onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  })
  const ready = () =>
    fetch(`http://${address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(ready).toBe(true)

  return {
    async query(expression) {
      const response = await fetch(`http://${address}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: expression }),
      })
      const answer = (await response.json()) as { error?: string; data?: { result: never } }
      if (!answer.data) throw new Error(`${expression}\n${answer.error}`)
      return answer.data.result
    },
  }
}
