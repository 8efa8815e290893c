import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../support/ports.ts'
import { accepts, isInstalled } from './nginx.ts'

export interface Tinyproxy {
  /** Without credentials. */
  url: string
  /** Host and port. */
  host: string
  /** Cuts every connection. */
  stop(): Promise<void>
  start(): Promise<void>
}

export const hasTinyproxy = isInstalled('tinyproxy')

/** Starts Debian's tinyproxy with a configuration of its own. @param extra further lines of it */
export async function startTinyproxy(
  onTestFinished: (end: () => Promise<void>) => void,
  extra = '',
): Promise<Tinyproxy> {
  const dir = mkdtempSync(join(tmpdir(), 'tinyproxy-'))
  const port = await freePort()
  const file = join(dir, 'tinyproxy.conf')
  const lines = [
    `Port ${port}`,
    'Listen 127.0.0.1',
    'Timeout 600',
    'MaxClients 1000',
    `LogFile "${dir}/log"`,
    extra,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const started = spawn('tinyproxy', ['-d', '-c', file], { stdio: 'ignore' })
    child = started
    while (!(await accepts(port))) {
      if (started.exitCode !== null) throw new Error(`tinyproxy ended with ${started.exitCode}`)
      await sleep(10)
    }
  }
  async function stop(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    await exit
  }
  await start()
  onTestFinished(async () => {
    await stop()
    rmSync(dir, { recursive: true })
  })
  const host = `127.0.0.1:${port}`
  return { url: `http://${host}`, host, stop, start }
}
